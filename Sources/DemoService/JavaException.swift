/// Log lines with stack traces as a JVM service writes them.
enum JavaException {
    static func line(using generator: inout SeededGenerator) -> LogLine {
        let order = Int.random(in: 100_000...999_999, using: &generator)
        return generator.chance(0.6) ? nullPointer(order: order) : timeout(order: order, milliseconds: 2000 + order % 500)
    }

    private static func nullPointer(order: Int) -> LogLine {
        LogLine(
            severity: .error, logger: "com.example.checkout.PricingService", message: "could not price order \(order)",
            stackTrace: """
                java.lang.NullPointerException: Cannot invoke "com.example.checkout.Discount.percent()" because "discount" is null
                \tat com.example.checkout.PricingService.applyDiscount(PricingService.java:87)
                \tat com.example.checkout.PricingService.price(PricingService.java:52)
                \tat com.example.checkout.CheckoutController.place(CheckoutController.java:118)
                \tat jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
                \tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)
                \tat java.base/java.lang.Thread.run(Thread.java:1583)
                """)
    }

    private static func timeout(order: Int, milliseconds: Int) -> LogLine {
        LogLine(
            severity: .error, logger: "com.example.checkout.InventoryClient", message: "could not reserve stock for order \(order)",
            stackTrace: """
                com.example.checkout.ReservationException: reservation of order \(order) failed
                \tat com.example.checkout.InventoryClient.reserve(InventoryClient.java:64)
                \tat com.example.checkout.CheckoutController.place(CheckoutController.java:121)
                \tat java.base/java.lang.Thread.run(Thread.java:1583)
                Caused by: java.util.concurrent.TimeoutException: no answer within \(milliseconds) ms
                \tat java.base/java.util.concurrent.CompletableFuture.timedGet(CompletableFuture.java:1960)
                \tat com.example.checkout.InventoryClient.reserve(InventoryClient.java:58)
                \t... 2 more
                """)
    }
}
