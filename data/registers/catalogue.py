"""Which registers does a partnership keep, and what does each hold?

Names follow the canonical tables of the partnership's schema; where a camera's technical sheet has
more, the names of the coverage model.
"""

from __future__ import annotations

from typing import Final

from data.registers.fields import RegisterField as Field
from data.registers.fields import RegisterKind

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip

_POINT: Final = (
    Field("lon", "axis", headings=("longitude", "long", "lng", "x_wgs84", "__lon")),
    Field("lat", "axis", headings=("latitude", "lat_wgs84", "y_wgs84", "__lat")),
    Field(
        "easting", "axis", stored=False,
        headings=("eastings", "x", "xcoord", "x_coord", "x coordinate", "grid e", "os east",
                  "oseast", "gridx", "easting_x", "map_east", "e"),
    ),
    Field(
        "northing", "axis", stored=False,
        headings=("northings", "y", "ycoord", "y_coord", "y coordinate", "grid n", "os north",
                  "osnrth", "gridy", "northing_y", "map_north", "n"),
    ),
)  # fmt: skip

AGENCIES: Final = {
    "police": ("constabulary", "police force"),
    "council": ("local authority", "borough council", "la"),
    "bid": ("business improvement district",),
    "housing": ("housing association",),
    "health": ("nhs",),
    "joint": ("joint team", "joint patrol"),
    "npt": ("neighbourhood policing team", "neighbourhood police", "neighbourhood team"),
    "cst": ("community safety team", "community safety", "cso"),
    "civil_enforcement": ("civil enforcement", "ceo", "civil enforcement officers", "parking"),
    "bid_wardens": ("bid wardens", "bid warden", "wardens", "street wardens"),
    "cleansing": ("street cleansing", "cleanse", "waste"),
    "security": ("private security",),
    "specials": ("special constabulary", "special constables"),
    "fire": ("fire service", "fire and rescue"),
}
"""Who acts; as in patrol tasks."""

ISSUES: Final = {
    "ASB": ("anti-social behaviour", "antisocial behaviour", "anti social behavior"),
    "road safety": ("speeding", "road safety and speeding"),
    "drug dealing": ("drug dealing and taking", "drugs", "drug dealing and use", "drug taking"),
    "burglary": ("burglaries",),
    "criminal damage": ("vandalism", "criminal damage and arson"),
    "alcohol": ("street drinking", "alcohol related", "alcohol-related disorder"),
    "fraud": ("fraud and scams", "scams"),
    "violent crime": ("violence", "violent crimes"),
}
"""The eight issues that residents are asked about."""

_CAMERA_ID: Final = (
    "camera no", "cam no", "cam id", "camera number", "cam number", "camera ref", "camera",
    "cam", "asset id", "asset no", "camera reference",
)  # fmt: skip

CAMERA: Final = RegisterKind(
    "camera",
    "Camera register",
    (
        Field("camera_id", "id", required=True, headings=(*_CAMERA_ID, "id")),
        Field(
            "owner", "enum", headings=("ownership", "owned by"),
            allowed={
                "council": ("local authority", "borough council", "la"),
                "bid": ("business improvement district",),
                "police": ("constabulary",),
                "housing": ("housing association",),
                "transport": ("tram", "bus", "rail", "highways"),
                "other": (),
            },
        ),
        Field("name", headings=("camera name", "camera location", "location name", "site",
                                "location", "position", "street"),
              no_value=("public", "outdoor", "indoor", "private", "traffic", "webcam")),
        *_POINT,
        Field(
            "type", "enum",
            headings=("camera type", "camera:type", "type of camera", "kind", "type"),
            allowed={
                "ptz": ("panning", "pan tilt zoom", "pan/tilt/zoom", "speed dome", "ptz dome"),
                "fixed": ("static", "bullet", "fixed camera"),
                "dome": ("dome360", "360", "360 dome", "fisheye", "fixed dome"),
                "multi_sensor": ("multi sensor", "multisensor", "multi-sensor"),
                "redeployable": ("rapid deployment", "mobile", "re-deployable"),
                "anpr": ("alpr",),
                "dummy": ("fake",),
                "body_or_vehicle": ("body worn", "body-worn", "vehicle", "bodycam"),
            },
        ),
        Field(
            "surveillance_type", "enum", stored=False, headings=("surveillance:type",),
            allowed={"camera": ("webcam", "cctv"), "anpr": ("alpr",)},
        ),
        Field("mount", headings=("mounting", "camera:mount", "type of mount", "mounted on")),
        Field("bearing_deg", "bearing", most=360,
              headings=("bearing", "camera:direction", "camera bearing", "direction", "facing",
                        "azimuth", "heading")),
        Field("tilt_deg", "number", least=-90, most=360, headings=("camera:angle", "tilt")),
        Field("fov_deg", "number", least=0.1, most=360,
              headings=("hfov_deg", "field of view", "fov", "hfov", "angle of view",
                        "view angle")),
        Field("hfov_tele_deg", "number", least=0.1, most=360, headings=("tele hfov",)),
        Field("h_pixels", "integer", least=1, most=100_000,
              headings=("horizontal pixels", "pixels across", "resolution")),
        Field("max_range_m", "number", least=1, most=5_000,
              headings=("max range", "range", "range m")),
        Field("range_id_m", "number", least=1, most=5_000, headings=("identification range",)),
        Field("range_detect_m", "number", least=1, most=5_000, headings=("detection range",)),
        Field("height_m", "number", least=0.1, most=300,
              headings=("height", "camera height", "mounting height")),
        Field("occlusion_polygon", "outline", headings=("view shed", "viewshed")),
        Field("speaker", "yes_no", headings=("pa", "pa speaker", "loudspeaker", "help point")),
        Field("live_from", "date",
              headings=("installed_on", "installed", "date installed", "install date",
                        "commissioned", "in service from")),
        Field("live_to", "date",
              headings=("removed_on", "removed", "date removed", "decommissioned",
                        "in service to")),
        Field("monitored_hours", "hours", headings=("staffed hours", "hours monitored")),
        Field("monitored", "enum", headings=("monitoring",),
              allowed={"live": ("watched", "live monitored"),
                       "recorded": ("recorded only", "recording only", "not monitored")}),
        Field("timeshare", "number", most=1, headings=("time share",)),
        Field("task", "enum", headings=("operational requirement", "task level"),
              allowed={"monitor": ("monitoring",), "detect": ("detection",),
                       "observe": ("observation",), "recognise": ("recognition", "recognize"),
                       "identify": ("identification",), "inspect": ("inspection",)}),
        Field("night", headings=("night vision", "ir range", "lighting")),
        Field("night_range_m", "number", least=1, most=5_000,
              headings=("night range", "range at night", "infrared range")),
        Field("status", "enum", headings=("camera status", "condition"),
              allowed={"working": ("operational", "live", "ok", "active", "in service"),
                       "fault": ("faulty", "broken", "out of order"), "obscured": ("blocked",),
                       "moved": (), "off": ("switched off", "inactive", "decommissioned")}),
        Field("purpose", long=True, headings=("legitimate aim", "pressing need", "reason")),
        Field("dpia_ref", headings=("dpia", "dpia reference", "or reference")),
        Field("review_due", "date", headings=("review date", "next review", "review")),
        Field("privacy_zone", "yes_no", headings=("privacy masking", "masking", "masked")),
        Field("requested_by", headings=("requested by role",)),
        Field("contact_post", headings=("point of contact", "contact role")),
    ),
    needs=(("camera_id",), ("lon", "easting", "type", "bearing_deg", "dpia_ref"),
           ("lat", "northing", "name", "owner", "mount")),
    marks=("camera", "cctv", "cam", "surveillance", "bearing", "fov"),
    entry_key=("camera_id", "owner"),
    placed=True,
)  # fmt: skip

CAMERA_STATUS: Final = RegisterKind(
    "camera_status",
    "Camera fault log",
    (
        Field("camera_id", "id", required=True, headings=_CAMERA_ID),
        Field("from_utc", "moment", required=True, past=True,
              headings=("from", "fault from", "fault reported", "date reported", "reported",
                        "fault start", "start", "date from", "out from", "down from", "opened")),
        Field("to_utc", "moment", past=True,
              headings=("to", "fault to", "cleared", "repaired", "fixed", "date fixed",
                        "restored", "date to", "end", "back in service", "closed")),
        Field("state", "enum", headings=("status", "condition", "fault type", "camera state"),
              allowed={"working": ("ok", "operational", "in service", "repaired"),
                       "fault": ("faulty", "broken", "no picture", "no signal", "out of order"),
                       "obscured": ("blocked", "dirty", "overgrown"),
                       "moved": ("knocked", "out of position"),
                       "off": ("switched off", "power off", "no power", "removed")}),
        Field("fault_ref", "id",
              headings=("fault no", "fault number", "fault reference", "fault id", "job ref",
                        "ticket")),
    ),
    needs=(("camera_id",), ("from_utc",), ("state", "fault_ref")),
    marks=("fault", "state", "status", "condition"),
    entry_key=("fault_ref", "camera_id", "from_utc"),
)  # fmt: skip

PATROL_LOG: Final = RegisterKind(
    "patrol_log",
    "Patrol log",
    (
        Field("task_id", "id", headings=("task", "task ref", "patrol ref", "patrol id",
                                         "visit ref")),
        Field("hotspot_id", "id", headings=("hotspot",)),
        Field("place", headings=("hotspot name", "location", "area visited", "street")),
        *_POINT,
        Field("day", "date", stored=False, headings=("date", "patrol date", "visit date")),
        Field("arrived", "moment", required=True, past=True,
              headings=("arrival", "time arrived", "arrived at", "arrive", "time on", "time in",
                        "patrol start", "start", "start time")),
        Field("left", "moment", past=True,
              headings=("departed", "time left", "left at", "leave", "time off", "time out",
                        "patrol end", "end", "end time", "finish")),
        Field("minutes", "integer", most=1_440,
              headings=("mins", "duration", "duration min", "dwell", "dwell min", "minutes spent")),
        Field("agency", "enum", headings=("organisation", "service", "unit"), allowed=AGENCIES),
        Field("team", headings=("team name", "crew")),
        Field("activity", "list",
              headings=("activities", "actions", "action taken", "what was done"),
              allowed={"stop_check": ("stop check", "stop and account"),
                       "engagement": ("engaged", "community engagement", "reassurance"),
                       "asb_warning": ("asb warning", "warning", "asb warnings"),
                       "dispersal": ("dispersal order", "s35", "section 35", "dispersed"),
                       "cpw": ("community protection warning",),
                       "cpn": ("community protection notice",),
                       "arrest": ("arrests", "arrested"),
                       "safeguarding_referral": ("safeguarding", "referral"),
                       "cleansing": ("cleaned", "clean up"),
                       "nothing": ("no activity", "nothing seen", "all quiet")}),
    ),
    needs=(("arrived",), ("left", "minutes"), ("agency", "team", "activity", "task_id"),
           ("activity", "place", "hotspot_id", "task_id", "lon", "easting")),
    marks=("patrol", "arriv", "visit", "activit", "hotspot", "dwell"),
    entry_key=("task_id", "arrived", "agency", "team", "place", "hotspot_id"),
)  # fmt: skip

TEAM: Final = RegisterKind(
    "team",
    "Teams and shifts",
    (
        Field("team", required=True, headings=("team name", "crew", "crew name", "callsign",
                                               "call sign", "unit")),
        Field("agency", "enum", headings=("organisation", "service"), allowed=AGENCIES),
        Field("kind", headings=("team type", "crew type", "type", "role")),
        Field("size", "integer", least=1, most=500,
              headings=("team size", "officers", "no of officers", "number of officers",
                        "crew size", "headcount", "people")),
        Field("shift_date", "date", headings=("date", "on date", "duty date")),
        Field("weekdays", "weekdays", headings=("day", "days", "weekday", "shift days",
                                                "day of week")),
        Field("start", "clock", required=True,
              headings=("shift start", "start time", "on duty", "from", "duty start")),
        Field("end", "clock", required=True,
              headings=("shift end", "end time", "off duty", "to", "finish", "duty end")),
        Field("break_start", "clock", headings=("break from", "meal start")),
        Field("break_end", "clock", headings=("break to", "meal end")),
        Field("base", headings=("station", "base name", "start point")),
        *_POINT,
        Field("mode", "enum", headings=("travel mode", "transport", "travel"),
              allowed={"walking": ("foot", "on foot", "walk"),
                       "vehicle": ("car", "van", "drive", "driving", "mobile"),
                       "cycle": ("bike", "bicycle", "cycling")}),
        Field("zone", headings=("sector", "patch", "area", "beat", "ward")),
        Field("powers", "list", long=True, headings=("power", "enforcement powers")),
    ),
    needs=(("team",), ("start",), ("end",)),
    marks=("shift", "break", "powers", "crew", "callsign", "duty", "team", "rota"),
    entry_key=("team", "shift_date", "weekdays", "start"),
)  # fmt: skip

FOOTFALL: Final = RegisterKind(
    "footfall",
    "Monthly footfall",
    (
        Field("place", required=True,
              headings=("area", "area name", "area_id", "location", "zone", "counter", "site",
                        "ward", "street")),
        Field("month", "month", required=True, headings=("period", "date", "month of")),
        Field("count", "integer", required=True, most=1_000_000_000,
              headings=("footfall", "footfall count", "footfall_month", "visitors", "visits",
                        "pedestrians", "visitor count", "total footfall")),
        Field("source", headings=("provider", "counted by", "counter type")),
    ),
    needs=(("place",), ("month",), ("count",)),
    marks=("footfall", "visitor", "pedestrian", "visits"),
    entry_key=("place", "month"),
)  # fmt: skip

RESIDENTS_ISSUE: Final = RegisterKind(
    "residents_issue",
    "Residents' issues",
    (
        Field("area_id", required=True, headings=("area", "area name", "ward", "ward name",
                                                  "patch", "place")),
        Field("period", required=True, headings=("quarter", "month", "wave", "survey", "year")),
        Field("issue", "enum", required=True, headings=("concern", "priority", "problem", "topic"),
              allowed=ISSUES),
        Field("responses", "integer", required=True,
              headings=("mentions", "count", "number", "answers", "said yes")),
        Field("base", "integer", required=True,
              headings=("total responses", "sample", "respondents", "people asked", "sample size")),
    ),
    needs=(("area_id",), ("period",), ("issue",), ("responses",), ("base",)),
    marks=("issue", "concern", "priority", "problem", "topic"),
    entry_key=("area_id", "period", "issue"),
)  # fmt: skip

SERVICE: Final = RegisterKind(
    "service",
    "Service directory",
    (
        Field("service", required=True, headings=("service name", "team", "name")),
        Field("agency", "enum", headings=("organisation", "provider"), allowed=AGENCIES),
        Field("problem_types", "list", long=True,
              headings=("problems", "problem", "problem type", "deals with", "issues dealt with")),
        Field("powers", "list", long=True, headings=("power", "enforcement powers")),
        Field("places", "list", long=True, headings=("place", "where", "zone", "zones", "areas",
                                                     "wards")),
        Field("hours", "hours", headings=("opening hours", "working hours", "hours of work")),
        *(
            Field(day, "hours", stored=False, headings=(day[:3], f"{day} hours"))
            for day in WEEKDAYS
        ),
        Field("contact_post", headings=("post", "contact role", "generic contact", "post title",
                                        "team contact")),
        Field("commenced", "date", headings=("commencement date", "commencement", "in force from",
                                             "powers from")),
        Field("ended", "date", headings=("end date", "in force to", "powers to")),
    ),
    needs=(("service",), ("powers", "problem_types"), ("hours", *WEEKDAYS, "commenced", "agency")),
    marks=("service", "powers", "hours", "monday", "mon"),
    entry_key=("service", "agency", "commenced"),
)  # fmt: skip

ORDER: Final = RegisterKind(
    "order",
    "Order boundaries",
    (
        Field("name", required=True, headings=("order", "order name", "title", "pspo",
                                               "pspo name")),
        Field("kind", "enum", headings=("order type", "type of order", "type"),
              allowed={"pspo": ("public spaces protection order", "public space protection order",
                                "public-space protection order"),
                       "closure": ("closure order", "premises closure"),
                       "dispersal": ("dispersal order", "section 35", "s35"),
                       "injunction": ("civil injunction",),
                       "licensing": ("cumulative impact", "cumulative impact area"),
                       "alleygate": ("gating order", "alley gate"),
                       "other": ()}),
        Field("from", "date", headings=("start", "start date", "in force from", "commencement",
                                        "date from", "made on", "valid from")),
        Field("to", "date", headings=("end", "end date", "expires", "expiry", "expiry date",
                                      "until", "date to", "in force to", "valid to")),
        Field("powers", "list", long=True,
              headings=("prohibitions", "restrictions", "requirements")),
        Field("__wkt", "outline", required=True, headings=("wkt", "geometry", "outline",
                                                           "boundary")),
    ),
    needs=(("name",), ("__wkt",), ("kind", "from", "powers")),
    marks=("order", "pspo", "prohibition", "restriction", "powers", "injunction", "inforce"),
    entry_key=("name", "from"),
)  # fmt: skip

DEPRIVATION: Final = RegisterKind(
    "deprivation",
    "Deprivation by area",
    (
        Field("lsoa_code", "id", required=True,
              headings=("LSOA code (2021)", "LSOA code (2011)", "lsoa", "lsoa21cd", "lsoa11cd",
                        "lsoa11_code", "lsoa21_code")),
        Field("lsoa_name", headings=("LSOA name (2021)", "LSOA name (2011)", "lsoa21nm",
                                     "lsoa11nm")),
        Field("rank", "integer", required=True, least=1, most=50_000,
              headings=("Index of Multiple Deprivation (IMD) Rank", "imd rank", "imd_rank",
                        "deprivation rank")),
        Field("decile", "integer", required=True, least=1, most=10,
              headings=("Index of Multiple Deprivation (IMD) Decile", "imd decile", "imd_decile",
                        "deprivation decile")),
        Field("vintage", headings=("year", "imd year", "lsoa vintage")),
    ),
    needs=(("lsoa_code",), ("rank",), ("decile",)),
    marks=("imd", "deprivation"),
    entry_key=("lsoa_code", "vintage"),
)  # fmt: skip

UPRN_POINTS: Final = RegisterKind(
    "uprn_points",
    "Property reference points (UPRN)",
    (Field("key", "id", required=True, headings=("uprn",)), *_POINT),
    needs=(("key",), ("lon", "easting"), ("lat", "northing")),
    marks=("uprn",),
    entry_key=("key",),
    points=True,
)
POSTCODE_POINTS: Final = RegisterKind(
    "postcode_points",
    "Postcode points",
    (
        Field("key", "id", required=True,
              headings=("pcds", "postcode", "post code", "pcd", "pcd2", "pcd7")),
        *_POINT[:2],
        Field("easting", "axis", headings=("eastings", "oseast1m", "x")),
        Field("northing", "axis", headings=("northings", "osnrth1m", "y")),
    ),
    needs=(("key",), ("lon", "easting"), ("lat", "northing")),
    marks=("postcode", "pcd"),
    entry_key=("key",),
    points=True,
)  # fmt: skip

KINDS: Final = (
    CAMERA, CAMERA_STATUS, PATROL_LOG, TEAM, FOOTFALL, RESIDENTS_ISSUE, SERVICE, ORDER, DEPRIVATION,
    UPRN_POINTS, POSTCODE_POINTS,
)  # fmt: skip
"""Every kind of register."""
