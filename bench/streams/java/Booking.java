/** What a shipment contributes, and to which cell: a JSON array of its dimensions. */
record Booking(String cell, Total total) {}
