"""Parameters of addresses that say where a reader came from, and never which page."""

from __future__ import annotations

from typing import Final

# The campaign tags that advertisers and mail services document, those that broadcasters put into their
# feeds, and sessions.
_NAMES: Final = frozenset(
    name
    for names in (
        "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid",
        "igshid igsh li_fat_id mc_cid mc_eid mkt_tok _hsenc _hsmi _ga _gl _openstat",
        "at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_format",
        "ns_mchannel ns_source ns_campaign ns_linkname ns_fee xtor maca smid cmpid",
        "ocid traffic_source spm zarsrc ref_src ref_url ftag guccounter guce_referrer guce_referrer_sig",
        "phpsessid jsessionid sessionid",
    )
    for name in names.split()
)
_PREFIXES: Final = ("utm_", "pk_", "mtm_", "hsa_", "stm_")
# Taken off the addresses that are shown, but not off those that identities are made of: articles are stored
# whose identity holds them, and they would come in a second time.
_SHOWN_NAMES: Final = frozenset({"wt.mc_id", "shareid", "share_id"})
_SHOWN_PREFIXES: Final = ("at_",)


def is_tracking(name: str, *, is_for_identity: bool) -> bool:
    """Tell whether a parameter names a reader's way to the page.

    name: as it stands before "=", in any case. is_for_identity: leaves in what stored identities hold.
    """
    name = name.lower().removeprefix("amp;")
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    return not is_for_identity and (name in _SHOWN_NAMES or name.startswith(_SHOWN_PREFIXES))
