"""Turn the room's rows into the engine's records, and vectors into bytes and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from legation.desk.understand.models import Story
from legation.engine.records.stories import StoryFacts

RECENT_HOURS, EARLIER_HOURS = 6, 18  # StoryFacts.recent_count and earlier_count


def vector_to_bytes(vector: NDArray[np.float32]) -> bytes:
    """Pack a vector as float16: half the space, and cosines change by less than 0.001."""
    return vector.astype(np.float16).tobytes()


def bytes_to_vector(values: bytes | memoryview) -> NDArray[np.float32]:
    """Unpack a vector: float32 (dimensions,), of unit length again."""
    vector = np.frombuffer(bytes(values), np.float16).astype(np.float32)
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm else vector


def hour_key(at: datetime) -> str:
    """Return the key under which a story counts an hour, in UTC."""
    return at.strftime("%Y-%m-%dT%H")


@lru_cache(maxsize=8)  # a list ranks a thousand stories at one moment; writing their hours was a third of it
def _last_hour_keys(now: datetime) -> tuple[str, ...]:
    return tuple(hour_key(now - timedelta(hours=back)) for back in range(RECENT_HOURS + EARLIER_HOURS))


def to_story_facts(story: Story, *, mention_weight: float, now: datetime) -> StoryFacts:
    """Build what a rank may look at; no outlet and no person is in it."""
    hours: dict[str, int] = story.hours
    spans = [hours.get(key, 0) for key in _last_hour_keys(now)]
    return StoryFacts(
        story_id=str(story.pk),
        article_count=story.article_count,
        folded_count=story.folded_count,
        source_count=story.source_count,
        languages=tuple(story.languages),
        countries=tuple(story.countries),
        first_at=story.first_at,
        last_at=story.last_at,
        recent_count=sum(spans[:RECENT_HOURS]),
        earlier_count=sum(spans[RECENT_HOURS:]),
        mention_weight=mention_weight,
    )
