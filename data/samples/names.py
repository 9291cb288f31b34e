"""What are the streets, wards and patches of the sample town called? All invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

TOWN: Final = "Saltmere"
POLICE: Final = "Mereshire Police"
COUNCIL: Final = "Saltmere Council"

_STEMS: Final = (
    "Abbot", "Acorn", "Alder", "Almond", "Amber", "Anchor", "Anvil", "Apple", "Arrow", "Ash",
    "Aspen", "Aster", "Avocet", "Bank", "Barley", "Barn", "Bay", "Beacon", "Beck", "Beech", "Bell",
    "Bellflower", "Bilberry", "Birch", "Bishop", "Blackthorn", "Bluebell", "Boathouse", "Bowline",
    "Bracken", "Bramble", "Breeze", "Briar", "Bridle", "Brook", "Broom", "Buckthorn", "Bunting",
    "Burnet", "Buttercup", "Cable", "Campion", "Canon", "Capstan", "Carr", "Cedar", "Celandine",
    "Chandler", "Charlock", "Cherry", "Chestnut", "Church", "Clarence", "Clay", "Clover", "Cobble",
    "Comfrey", "Compass", "Cooper", "Coral", "Cornflower", "Cotton", "Cove", "Cowslip", "Crane",
    "Creel", "Curlew", "Cypress", "Daisy", "Dale", "Damson", "Deacon", "Dolphin", "Dove", "Drift",
    "Duke", "Dune", "Dunlin", "Earl", "Ebor", "Eider", "Elder", "Elm", "Ember", "Fairfield",
    "Falcon", "Farrier", "Fathom", "Fern", "Ferry", "Finch", "Fleet", "Flint", "Forge", "Fountain",
    "Foxglove", "Fuller", "Fulmar", "Furlong", "Gable", "Galleon", "Gannet", "Garnet", "Garth",
    "Glebe", "Godwit", "Gorse", "Granary", "Grebe", "Groyne", "Guillemot", "Gull", "Hamlet",
    "Hare", "Harebell", "Harrier", "Harvest", "Hawthorn", "Hazel", "Heather", "Heron", "Hillcrest",
    "Holly", "Hornbeam", "Hyacinth", "Iris", "Ivy", "Jasmine", "Jubilee", "Juniper", "Keel",
    "Kelp", "Kestrel", "Kingfisher", "Kittiwake", "Knot", "Laburnum", "Lancer", "Lapwing", "Larch",
    "Lark", "Laurel", "Lavender", "Ledger", "Lilac", "Limpet", "Linden", "Linnet", "Lobster",
    "Locksmith", "Loom", "Lupin", "Magnolia", "Mallard", "Mallow", "Maple", "Marigold", "Marlin",
    "Marram", "Marsh", "Martin", "Mason", "Mast", "Mayflower", "Meadow", "Merlin", "Mill",
    "Miller", "Moss", "Mulberry", "Myrtle", "Nettle", "Nightingale", "Nutmeg", "Oak", "Oakum",
    "Orchard", "Orchid", "Osier", "Osprey", "Otter", "Oyster", "Paddock", "Pansy", "Pearl",
    "Pebble", "Petrel", "Pilot", "Pine", "Pipit", "Plover", "Poplar", "Poppy", "Primrose",
    "Puffin", "Quarry", "Quayle", "Quince", "Rampart", "Redshank", "Redwing", "Reed", "Ridge",
    "Robin", "Rook", "Ropewalk", "Rose", "Rowan", "Rudder", "Rush", "Rye", "Saddler", "Saffron",
    "Sage", "Sailmaker", "Saltern", "Samphire", "Sandpiper", "Seal", "Sedge", "Sextant", "Shell",
    "Shelduck", "Shingle", "Siskin", "Skipper", "Skua", "Sloe", "Smithy", "Snipe", "Sorrel",
    "Sparrow", "Speedwell", "Spindle", "Spinney", "Spruce", "Squirrel", "Starling", "Stonechat",
    "Stubble", "Sunset", "Swallow", "Swan", "Swift", "Sycamore", "Tansy", "Tanner", "Tarn", "Teal",
    "Teasel", "Tern", "Thatcher", "Thistle", "Thornfield", "Thrift", "Thrush", "Thyme", "Tiller",
    "Trawler", "Trinity", "Turnstone", "Turner", "Valerian", "Vetch", "Viola", "Wagtail", "Walnut",
    "Warbler", "Warren", "Water", "Weaver", "Wheatear", "Wherry", "Whimbrel", "Whinchat",
    "Wickets", "Wigeon", "Willow", "Windlass", "Windmill", "Wren", "Yarrow", "Yew",
)  # fmt: skip
_TYPES: Final = (
    "Street", "Road", "Avenue", "Grove", "Drive", "Terrace", "Place", "Crescent", "Close",
    "Lane", "Way", "Gardens",
)  # fmt: skip

SEAFRONT: Final = ("South Parade", "Promenade", "North Parade")
PIERS: Final = ("Saltmere Pier", "Southsands Pier", "Northcliff Pier")
RADIALS: Final = ("Queens Drive", "Chapel Street", "Grange Road", "Market Street", "Harbour Street")
MAIN_ROADS: Final = ("Central Drive", "Whitemoor Road", "Eastway", "Fieldside Road", "Mossland Way")
CROSS_ROADS: Final = (
    "Albert Road", "Lifeboat Road", "Fisher Row", "Lanternhill Road", "Station Road",
    "Waterloo Road", "Cemetery Road", "Tidemill Road", "Reservoir Road", "College Road",
    "Links Road", "Coastguard Road", "Nursery Road", "Old Mill Lane", "Brickfield Road",
    "Salters Lane", "Common Road", "Boundary Road",
)  # fmt: skip
RING: Final = "Marine Square"
PARKS: Final = ("Victoria Park", "Ternfield Links", "Lanternhill Park", "Eastmere Park")

WARDS: Final = (
    "Pierhead", "Marram", "Saltings", "Ternfield", "Samphire", "Brackwater", "Lanternhill",
    "Shinglewell", "Thriftmoor", "Oxmere", "Kelpstone", "Mallowdale", "Curlew Bank", "Rushbeck",
    "Linkside", "Tidemill", "Whitemoor", "Fieldside", "Plovermoss", "Sandrigg", "Gorsedale",
    "Hernfield", "Osierholme", "Creelgate", "Anchorhill", "Fulmarsh", "Dunlinthorpe", "Wherrygate",
    "Teaselby", "Sedgewell", "Maltfield", "Orchardside", "Windlass", "Stonechat", "Heronsbeck",
    "Reedhouse", "Warrenside", "Osprey Hill", "Thistledown", "Pebblewick", "Lapwing Moor",
    "Saltern Green", "Foxmere",
)  # fmt: skip
RENAMED_WARD: Final = "Coronation"
"""A ward that got a new name with the boundary change."""


def street_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return ``count`` distinct street names in random order.

    Parameters
    ----------
    count
        Up to ``len(stems) * len(types)`` names are plain; more get "North", "South" and so on.
    rng
        Decides their order.

    Examples
    --------
    >>> import numpy as np
    >>> names = street_names(500, np.random.default_rng(1))
    >>> len(set(names))
    500
    """
    plain = len(_STEMS) * len(_TYPES)
    order = rng.permutation(plain)
    prefixes = ("", "North ", "South ", "East ", "West ", "Upper ", "Lower ")
    names = []
    for k in range(count):
        stem, kind = divmod(int(order[k % plain]), len(_TYPES))
        names.append(f"{prefixes[k // plain]}{_STEMS[stem]} {_TYPES[kind]}")
    return names
