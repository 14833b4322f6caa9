"""Room people: who belongs to which mission, ministry or province, and may do what."""
