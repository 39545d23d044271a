"""The reference central platform: an embedded FHIR R4 store, its authorisation and the services that live beside it.

It shares no code with the desk; both are written from docs/sync-contract.md.
"""
