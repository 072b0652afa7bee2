/// Words that belong to a number or a date.
enum CalendarWords {
    static let units = """
        ns us ms s sec secs second seconds min mins minute minutes h hour hours days nanoseconds microseconds milliseconds millis
        b byte bytes kb mb gb tb kib mib gib
        """
    static let names = """
        mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
        jan feb mar apr may jun jul aug sep sept oct nov dec
        january february march april june july august september october november december
        """
}
