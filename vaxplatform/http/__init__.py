"""The platform's HTTP face: FHIR REST, tokens, enrolment."""
