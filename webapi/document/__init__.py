"""What the OpenAPI document says beyond the views: examples, types of problems, paths without a version, `/metrics`."""
