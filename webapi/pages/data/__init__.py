"""Data as pages: sources with their freshness, files, refused rows and expectations, and the Data Docs."""
