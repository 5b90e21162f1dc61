"""SVG as text (`giao.core.svg`), under the name that the rooms of the report know it by."""

from giao.core.svg import Child as Child
from giao.core.svg import Markup as Markup
from giao.core.svg import clean as clean
from giao.core.svg import coordinate as coordinate
from giao.core.svg import drawing as drawing
from giao.core.svg import element as element
from giao.core.svg import escaped as escaped
from giao.core.svg import joined as joined
from giao.core.svg import mark as mark
