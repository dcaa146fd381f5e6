"""Labels of connections, derived from their kinds: with the two ends, each is a sentence."""

from __future__ import annotations

from typing import Final

#: Kind -> what stands between the two ends in English.
LABELS: Final = {
    "adaptation": "adapts",
    "cameo": "has a cameo of",
    "companion": "is a companion to",
    "comparison": "is compared with",
    "contrast": "is contrasted with",
    "cover": "covers",
    "critic-claims-influence": "is said to be influenced by",
    "derivation": "is derived from",
    "dubbed-version": "is a dubbed version of",
    "features-excerpt": "contains an excerpt of",
    "homage-costume": "pays homage in costume to",
    "homage-scene": "pays homage in a scene to",
    "homage-shot": "pays homage in a shot to",
    "influence": "is influenced by",
    "inspired-by": "is inspired by",
    "likeness": "is likened to",
    "maker-states-influence": "is influenced, its maker says, by",
    "name-drop": "names",
    "parallel": "is likened in its story to",
    "parody": "parodies",
    "place-as-itself": "is set by name at",
    "prop-or-poster": "shows a thing that points to",
    "quotation": "quotes",
    "reference": "refers to",
    "remake": "is a remake of",
    "reused-story": "reuses the story of",
    "self-reference": "refers back to",
    "sequel": "is a sequel to",
    "shared-character-name": "shares the name of a character with",
    "similar-style": "is likened in style to",
    "song-used": "uses the song",
    "spin-off": "is a spin-off of",
    "thanks": "thanks",
    "title-allusion": "alludes in its title to",
    "unlikeness": "is said to be unlike",
    "version": "is a version of",
}
