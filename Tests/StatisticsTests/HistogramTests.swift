import Statistics
import Testing

@Suite struct HistogramTests {
    @Test func quantilesAreThoseOfPrometheus() throws {
        let histogram = try #require(Histogram(edges: [0.1, 0.5, 1], cumulative: [50, 90, 98], count: 100))
        #expect(histogram.quantile(0.5)?.value == 0.1)
        let p95 = try #require(histogram.quantile(0.95))
        #expect(abs(p95.value - (0.5 + 0.5 * 5 / 8)) < 1e-12)
        let beyond = try #require(histogram.quantile(0.99))
        #expect(beyond.value == 1)
        #expect(!beyond.bounded)
        #expect(Histogram(edges: [1], cumulative: [0], count: 0)?.quantile(0.5) == nil)
    }

    @Test func mergingKeepsTheEdgesThatBothHave() throws {
        let one = try #require(Histogram(edges: [0.1, 0.5, 1], cumulative: [1, 2, 3], count: 4))
        let other = try #require(Histogram(edges: [0.5, 1, 2], cumulative: [10, 20, 30], count: 40))
        let merged = one.merged(with: other)
        #expect(merged.edges == [0.5, 1])
        #expect(merged.cumulative == [12, 23])
        #expect(merged.count == 44)
        #expect(merged.exceedances(above: 1) == 21)
        #expect(merged.exceedances(above: 0.1) == nil)
    }

    @Test func brokenHistogramsAreRefused() {
        #expect(Histogram(edges: [1, 1], cumulative: [1, 1], count: 1) == nil)
        #expect(Histogram(edges: [1, 2], cumulative: [2, 1], count: 3) == nil)
        #expect(Histogram(edges: [1], cumulative: [3], count: 2) == nil)
        #expect(Histogram(edges: [.infinity], cumulative: [3], count: 3) == nil)
        #expect(Histogram(edges: [1], cumulative: [.nan], count: 3) == nil)
        #expect(Histogram(edges: [1], cumulative: [], count: 3) == nil)
    }

    @Test func quantileBoundsEncloseAndTighten() throws {
        let few = try #require(Histogram(edges: [0.1, 0.5, 1, 2], cumulative: [50, 90, 98, 100], count: 100))
        let many = try #require(Histogram(edges: [0.1, 0.5, 1, 2], cumulative: [50000, 90000, 98000, 100_000], count: 100_000))
        #expect(few.quantileBounds(0.95, alpha: 0.001).lower == 0.1)
        #expect(many.quantileBounds(0.95, alpha: 0.001).lower == 0.5)
        #expect(many.quantileBounds(0.95, alpha: 0.001).upper == 1)
        #expect(few.quantileBounds(0.95, alpha: 0.001).upper == nil)
    }
}
