"""What endpoints do differently: one row a fact, each with its source; later rows win."""

from ownkey.wire.rows import clouds, families, formats, labs, local
from ownkey.wire.rows.row import Row

RULES: tuple[Row, ...] = (
    *formats.ROWS,
    *labs.ROWS,
    *clouds.ROWS,
    *local.ROWS,
    *families.ROWS,
)
