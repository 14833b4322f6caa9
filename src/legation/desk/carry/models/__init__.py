"""Records of room carry."""

from legation.desk.carry.models.deliveries import Channel, ChannelKind, Delivery, DeliveryStatus
from legation.desk.carry.models.jobs import Attempt, AttemptOutcome, Job, JobStatus, JobTally

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "Channel",
    "ChannelKind",
    "Delivery",
    "DeliveryStatus",
    "Job",
    "JobStatus",
    "JobTally",
]
