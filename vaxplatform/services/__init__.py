"""Identity matching and certificate issuing. They speak to the store only over FHIR REST, so any FHIR R4 server will do."""
