"""Contains all the data models used in inputs/outputs"""

from .acknowledge import Acknowledge
from .aligned_row import AlignedRow
from .aligned_row_values import AlignedRowValues
from .answer import Answer
from .any_object import AnyObject
from .audit import Audit
from .catalog_alert_rule import CatalogAlertRule
from .catalog_alert_rule_slices_item_type_1 import CatalogAlertRuleSlicesItemType1
from .catalog_alignment import CatalogAlignment
from .catalog_data_facts import CatalogDataFacts
from .catalog_definition import CatalogDefinition
from .catalog_definition_measures import CatalogDefinitionMeasures
from .catalog_definition_null_policy import CatalogDefinitionNullPolicy
from .catalog_dimension import CatalogDimension
from .catalog_direction import CatalogDirection
from .catalog_domain import CatalogDomain
from .catalog_event_selection import CatalogEventSelection
from .catalog_expected_value import CatalogExpectedValue
from .catalog_file import CatalogFile
from .catalog_filter import CatalogFilter
from .catalog_filter_operator import CatalogFilterOperator
from .catalog_governance import CatalogGovernance
from .catalog_grain import CatalogGrain
from .catalog_key_result import CatalogKeyResult
from .catalog_key_result_bound_type_0 import CatalogKeyResultBoundType0
from .catalog_measure import CatalogMeasure
from .catalog_metric import CatalogMetric
from .catalog_metric_test import CatalogMetricTest
from .catalog_objective import CatalogObjective
from .catalog_objective_status import CatalogObjectiveStatus
from .catalog_okr_alert_rule import CatalogOkrAlertRule
from .catalog_okr_alert_rule_applies_to import CatalogOkrAlertRuleAppliesTo
from .catalog_operational_usage import CatalogOperationalUsage
from .catalog_range import CatalogRange
from .catalog_relationships import CatalogRelationships
from .catalog_source import CatalogSource
from .catalog_source_decimal import CatalogSourceDecimal
from .catalog_source_dimensions import CatalogSourceDimensions
from .catalog_source_fields import CatalogSourceFields
from .catalog_source_format import CatalogSourceFormat
from .catalog_source_null_values_type_1 import CatalogSourceNullValuesType1
from .catalog_source_ranges import CatalogSourceRanges
from .catalog_targets import CatalogTargets
from .catalog_timeframe import CatalogTimeframe
from .catalog_timestamp_column import CatalogTimestampColumn
from .catalog_timestamp_column_ambiguous import CatalogTimestampColumnAmbiguous
from .catalog_window import CatalogWindow
from .catalog_window_unit import CatalogWindowUnit
from .change import Change
from .change_user import ChangeUser
from .change_user_role import ChangeUserRole
from .check_in import CheckIn
from .check_in_answer import CheckInAnswer
from .check_ins import CheckIns
from .counts import Counts
from .counts_metrics_by_kind import CountsMetricsByKind
from .counts_metrics_by_status import CountsMetricsByStatus
from .counts_metrics_by_tier import CountsMetricsByTier
from .counts_objectives_by_status import CountsObjectivesByStatus
from .created_key import CreatedKey
from .created_user import CreatedUser
from .current_value import CurrentValue
from .data_quality import DataQuality
from .delivered import Delivered
from .delivery import Delivery
from .delivery_state import DeliveryState
from .domain_answer import DomainAnswer
from .domain_document import DomainDocument
from .domain_edited import DomainEdited
from .domain_history import DomainHistory
from .domain_page import DomainPage
from .domain_revision import DomainRevision
from .domain_scorecard import DomainScorecard
from .domain_standing import DomainStanding
from .domain_standing_evidence import DomainStandingEvidence
from .edge import Edge
from .entry import Entry
from .entry_detail import EntryDetail
from .entry_outcome import EntryOutcome
from .expectation import Expectation
from .export_documents_format import ExportDocumentsFormat
from .field_error import FieldError
from .get_values_grain import GetValuesGrain
from .graph import Graph
from .health import Health
from .health_parts import HealthParts
from .import_note import ImportNote
from .imported import Imported
from .incident import Incident
from .incident_answer import IncidentAnswer
from .incident_detail import IncidentDetail
from .incident_detail_evidence import IncidentDetailEvidence
from .incident_detail_label_type_1 import IncidentDetailLabelType1
from .incident_detail_label_type_2_type_1 import IncidentDetailLabelType2Type1
from .incident_detail_label_type_3_type_1 import IncidentDetailLabelType3Type1
from .incident_detail_links import IncidentDetailLinks
from .incident_detail_severity import IncidentDetailSeverity
from .incident_detail_state import IncidentDetailState
from .incident_detail_subject_kind import IncidentDetailSubjectKind
from .incident_event import IncidentEvent
from .incident_event_detail import IncidentEventDetail
from .incident_evidence import IncidentEvidence
from .incident_history import IncidentHistory
from .incident_label_type_1 import IncidentLabelType1
from .incident_label_type_2_type_1 import IncidentLabelType2Type1
from .incident_label_type_3_type_1 import IncidentLabelType3Type1
from .incident_links import IncidentLinks
from .incident_severity import IncidentSeverity
from .incident_state import IncidentState
from .incident_subject_kind import IncidentSubjectKind
from .incidents import Incidents
from .index import Index
from .key import Key
from .key_result_standing import KeyResultStanding
from .key_result_standing_evidence import KeyResultStandingEvidence
from .key_results import KeyResults
from .key_role import KeyRole
from .keys import Keys
from .label import Label
from .label_label_type_1 import LabelLabelType1
from .label_label_type_2_type_1 import LabelLabelType2Type1
from .label_label_type_3_type_1 import LabelLabelType3Type1
from .lineage import Lineage
from .links import Links
from .links_links import LinksLinks
from .list_alert_rules_outcome import ListAlertRulesOutcome
from .list_audit_entries_outcome import ListAuditEntriesOutcome
from .list_domains_sort import ListDomainsSort
from .list_incidents_severity import ListIncidentsSeverity
from .list_incidents_state import ListIncidentsState
from .list_incidents_subject_kind import ListIncidentsSubjectKind
from .list_metrics_include_item import ListMetricsIncludeItem
from .list_metrics_sort import ListMetricsSort
from .list_objectives_sort import ListObjectivesSort
from .list_sources_sort import ListSourcesSort
from .listed_metric import ListedMetric
from .live import Live
from .me import Me
from .metric_answer import MetricAnswer
from .metric_document import MetricDocument
from .metric_edited import MetricEdited
from .metric_history import MetricHistory
from .metric_page import MetricPage
from .metric_revision import MetricRevision
from .module import Module
from .new_check_in import NewCheckIn
from .new_incident_silence import NewIncidentSilence
from .new_key import NewKey
from .new_key_role import NewKeyRole
from .new_silence import NewSilence
from .new_silence_subject_kind_type_1 import NewSilenceSubjectKindType1
from .new_silence_subject_kind_type_2_type_1 import NewSilenceSubjectKindType2Type1
from .new_silence_subject_kind_type_3_type_1 import NewSilenceSubjectKindType3Type1
from .new_user import NewUser
from .new_user_role import NewUserRole
from .node import Node
from .note import Note
from .objective_answer import ObjectiveAnswer
from .objective_document import ObjectiveDocument
from .objective_edited import ObjectiveEdited
from .objective_history import ObjectiveHistory
from .objective_page import ObjectivePage
from .objective_revision import ObjectiveRevision
from .objective_standing import ObjectiveStanding
from .outcome import Outcome
from .outcome_outcome import OutcomeOutcome
from .outcomes import Outcomes
from .pagination import Pagination
from .part import Part
from .password import Password
from .policy import Policy
from .problem import Problem
from .progress import Progress
from .publication import Publication
from .publication_answer import PublicationAnswer
from .publications import Publications
from .quality import Quality
from .queried_metric import QueriedMetric
from .query import Query
from .query_grain import QueryGrain
from .refresh import Refresh
from .resolve import Resolve
from .rule import Rule
from .rule_outcomes import RuleOutcomes
from .rules import Rules
from .scorecard import Scorecard
from .scored import Scored
from .sign_in import SignIn
from .silence import Silence
from .silence_answer import SilenceAnswer
from .silence_subject_kind_type_1 import SilenceSubjectKindType1
from .silence_subject_kind_type_2_type_1 import SilenceSubjectKindType2Type1
from .silence_subject_kind_type_3_type_1 import SilenceSubjectKindType3Type1
from .silences import Silences
from .source_answer import SourceAnswer
from .source_document import SourceDocument
from .source_history import SourceHistory
from .source_page import SourcePage
from .source_quality import SourceQuality
from .source_revision import SourceRevision
from .standing import Standing
from .stats import Stats
from .summary import Summary
from .tokens import Tokens
from .trust import Trust
from .trust_held_back import TrustHeldBack
from .trust_quality_type_0 import TrustQualityType0
from .trust_quality_type_2_type_0 import TrustQualityType2Type0
from .trust_quality_type_3_type_0 import TrustQualityType3Type0
from .user import User
from .user_answer import UserAnswer
from .user_role import UserRole
from .users import Users
from .value import Value
from .values import Values
from .who import Who
from .who_role import WhoRole

__all__ = (
    "Acknowledge",
    "AlignedRow",
    "AlignedRowValues",
    "Answer",
    "AnyObject",
    "Audit",
    "CatalogAlertRule",
    "CatalogAlertRuleSlicesItemType1",
    "CatalogAlignment",
    "CatalogDataFacts",
    "CatalogDefinition",
    "CatalogDefinitionMeasures",
    "CatalogDefinitionNullPolicy",
    "CatalogDimension",
    "CatalogDirection",
    "CatalogDomain",
    "CatalogEventSelection",
    "CatalogExpectedValue",
    "CatalogFile",
    "CatalogFilter",
    "CatalogFilterOperator",
    "CatalogGovernance",
    "CatalogGrain",
    "CatalogKeyResult",
    "CatalogKeyResultBoundType0",
    "CatalogMeasure",
    "CatalogMetric",
    "CatalogMetricTest",
    "CatalogObjective",
    "CatalogObjectiveStatus",
    "CatalogOkrAlertRule",
    "CatalogOkrAlertRuleAppliesTo",
    "CatalogOperationalUsage",
    "CatalogRange",
    "CatalogRelationships",
    "CatalogSource",
    "CatalogSourceDecimal",
    "CatalogSourceDimensions",
    "CatalogSourceFields",
    "CatalogSourceFormat",
    "CatalogSourceNullValuesType1",
    "CatalogSourceRanges",
    "CatalogTargets",
    "CatalogTimeframe",
    "CatalogTimestampColumn",
    "CatalogTimestampColumnAmbiguous",
    "CatalogWindow",
    "CatalogWindowUnit",
    "Change",
    "ChangeUser",
    "ChangeUserRole",
    "CheckIn",
    "CheckInAnswer",
    "CheckIns",
    "Counts",
    "CountsMetricsByKind",
    "CountsMetricsByStatus",
    "CountsMetricsByTier",
    "CountsObjectivesByStatus",
    "CreatedKey",
    "CreatedUser",
    "CurrentValue",
    "DataQuality",
    "Delivered",
    "Delivery",
    "DeliveryState",
    "DomainAnswer",
    "DomainDocument",
    "DomainEdited",
    "DomainHistory",
    "DomainPage",
    "DomainRevision",
    "DomainScorecard",
    "DomainStanding",
    "DomainStandingEvidence",
    "Edge",
    "Entry",
    "EntryDetail",
    "EntryOutcome",
    "Expectation",
    "ExportDocumentsFormat",
    "FieldError",
    "GetValuesGrain",
    "Graph",
    "Health",
    "HealthParts",
    "Imported",
    "ImportNote",
    "Incident",
    "IncidentAnswer",
    "IncidentDetail",
    "IncidentDetailEvidence",
    "IncidentDetailLabelType1",
    "IncidentDetailLabelType2Type1",
    "IncidentDetailLabelType3Type1",
    "IncidentDetailLinks",
    "IncidentDetailSeverity",
    "IncidentDetailState",
    "IncidentDetailSubjectKind",
    "IncidentEvent",
    "IncidentEventDetail",
    "IncidentEvidence",
    "IncidentHistory",
    "IncidentLabelType1",
    "IncidentLabelType2Type1",
    "IncidentLabelType3Type1",
    "IncidentLinks",
    "Incidents",
    "IncidentSeverity",
    "IncidentState",
    "IncidentSubjectKind",
    "Index",
    "Key",
    "KeyResults",
    "KeyResultStanding",
    "KeyResultStandingEvidence",
    "KeyRole",
    "Keys",
    "Label",
    "LabelLabelType1",
    "LabelLabelType2Type1",
    "LabelLabelType3Type1",
    "Lineage",
    "Links",
    "LinksLinks",
    "ListAlertRulesOutcome",
    "ListAuditEntriesOutcome",
    "ListDomainsSort",
    "ListedMetric",
    "ListIncidentsSeverity",
    "ListIncidentsState",
    "ListIncidentsSubjectKind",
    "ListMetricsIncludeItem",
    "ListMetricsSort",
    "ListObjectivesSort",
    "ListSourcesSort",
    "Live",
    "Me",
    "MetricAnswer",
    "MetricDocument",
    "MetricEdited",
    "MetricHistory",
    "MetricPage",
    "MetricRevision",
    "Module",
    "NewCheckIn",
    "NewIncidentSilence",
    "NewKey",
    "NewKeyRole",
    "NewSilence",
    "NewSilenceSubjectKindType1",
    "NewSilenceSubjectKindType2Type1",
    "NewSilenceSubjectKindType3Type1",
    "NewUser",
    "NewUserRole",
    "Node",
    "Note",
    "ObjectiveAnswer",
    "ObjectiveDocument",
    "ObjectiveEdited",
    "ObjectiveHistory",
    "ObjectivePage",
    "ObjectiveRevision",
    "ObjectiveStanding",
    "Outcome",
    "OutcomeOutcome",
    "Outcomes",
    "Pagination",
    "Part",
    "Password",
    "Policy",
    "Problem",
    "Progress",
    "Publication",
    "PublicationAnswer",
    "Publications",
    "Quality",
    "QueriedMetric",
    "Query",
    "QueryGrain",
    "Refresh",
    "Resolve",
    "Rule",
    "RuleOutcomes",
    "Rules",
    "Scorecard",
    "Scored",
    "SignIn",
    "Silence",
    "SilenceAnswer",
    "Silences",
    "SilenceSubjectKindType1",
    "SilenceSubjectKindType2Type1",
    "SilenceSubjectKindType3Type1",
    "SourceAnswer",
    "SourceDocument",
    "SourceHistory",
    "SourcePage",
    "SourceQuality",
    "SourceRevision",
    "Standing",
    "Stats",
    "Summary",
    "Tokens",
    "Trust",
    "TrustHeldBack",
    "TrustQualityType0",
    "TrustQualityType2Type0",
    "TrustQualityType3Type0",
    "User",
    "UserAnswer",
    "UserRole",
    "Users",
    "Value",
    "Values",
    "Who",
    "WhoRole",
)
