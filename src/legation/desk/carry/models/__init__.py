"""Records of room carry."""

from legation.desk.carry.models.deliveries import Channel, ChannelKind, Delivery, DeliveryStatus
from legation.desk.carry.models.jobs import Attempt, Job, JobStatus

__all__ = ["Attempt", "Channel", "ChannelKind", "Delivery", "DeliveryStatus", "Job", "JobStatus"]
