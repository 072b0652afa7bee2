import Detection
import Testing

/// Vectors of Kayenta's own published tests (github.com/spinnaker/kayenta).
@Suite struct KayentaTests {
    // kayenta-judge/src/test/scala/com/netflix/kayenta/judge/ClassifierSuite.scala
    static let nine = [
        9.7767343120109462, 10.587071850477695, 7.8375506388901766, 9.3243326886113884, 8.3774505409784421, 8.9359264399606282,
        8.2707663324728511, 9.7484308126716925, 11.623746715547156, 9.2753442679633942, 8.1538047749171518, 10.562020975754294,
        13.498135575451835, 11.054419256110332, 6.9538903590055092, 12.521008342195479, 9.0216358603546443, 4.9234856699531662,
        11.251360203607172, 11.598449508040337, 8.435232204668182, 11.110228516867279, 10.70063380164755, 8.9212773652115249,
        10.086167067942661, 11.42107515483087, 9.3792347813644952, 7.7980320148552593, 10.62339807275746, 11.909642062063739,
    ]
    static let eleven = [
        11.1453586774086, 9.9618059885597017, 7.068574306369829, 7.3012661810483657, 9.7944630265656727, 9.6037918603687302,
        6.1867793350339388, 12.345599159550174, 10.371891733859533, 8.6094300785016724, 9.913162673361084, 10.361375299003466,
        14.206800387518818, 10.946153754753301, 10.215876627044048, 11.739760899484603, 10.907627468626439, 12.823353694464775,
        8.1018609771732137, 8.4981616408804932, 12.113441374697231, 13.272210809932028, 10.114579381663297, 6.9463958767978067,
        6.2105278541727778, 10.160401684903775, 8.3457712066455461, 8.383822063895833, 7.0020205070083765, 10.755757401808442,
    ]
    static let twenty = [
        20.878412601720026, 21.78550581191622, 19.70828084717019, 15.859946903461562, 19.510058772176841, 19.392005525270303,
        22.926528314912101, 17.156530276709894, 18.655117916226171, 23.422607911610392, 24.055817684156644, 22.62689958516501,
        21.979472967817678, 21.659318607218694, 20.067707574072426, 22.119570836305414, 16.44037132663307, 21.559622826341268,
        21.000181443489218, 17.779369411412663, 17.806006358943584, 18.537200618386109, 20.555550300210797, 19.552928184468378,
        21.771118944087092, 21.809622806176627, 20.961762909905271, 20.977571577503021, 19.106303205498794, 16.976918966987078,
    ]
    static let twentyOne = [
        20.758113589510348, 22.802059629464559, 20.612340363492208, 20.973274654749986, 23.469237330498622, 21.53133988954805,
        21.767353687439805, 18.308050730374301, 19.062145167827566, 25.879498436001779, 18.982629726336128, 19.387920182269266,
        18.995398251246982, 24.228420230932805, 20.050985172694688, 18.2340451091756, 17.870515494460435, 23.058103863806618,
        18.400259567501134, 16.971352091177167, 19.467529066052151, 17.90465423342031, 17.553948617825831, 16.104611843907193,
        24.38171081433039, 15.919294339922635, 20.479409626304697, 19.08307201492406, 17.455788050722866, 18.853826823235142,
    ]
    /// The normal quantile of confidence 0.95, which these tests use.
    static let ninetyFive = 1.959963984540054

    @Test(arguments: [
        (eleven, nine, KayentaClassifier.Direction.either, KayentaClassifier.Label.pass),  // "Pass Metric"
        (eleven, twenty, .either, .high),  // "High Metric"
        (twentyOne, nine, .either, .low),  // "Low Metric"
        (twentyOne, nine, .increase, .pass),  // "Directional Test: Increase"
        (eleven, twenty, .decrease, .pass),  // "Directional Test: Decrease"
        (eleven, twenty, .increase, .high),  // "Directional Test: High Metric"
        (twentyOne, nine, .decrease, .low),  // "Directional Test: Low Metric"
    ])
    func classifierSuite(
        control: [Double], experiment: [Double], direction: KayentaClassifier.Direction, expected: KayentaClassifier.Label
    ) {
        let classifier = KayentaClassifier(tolerance: 0.10, quantile: Self.ninetyFive)
        #expect(classifier.classify(control: control, experiment: experiment, direction: direction) == expected)
    }

    /// kayenta-mannwhitney/.../MannWhitneySuite.scala, "returns expected values".
    @Test func mannWhitneySuite() throws {
        let test = try #require(MannWhitney(experiment: [10, 20, 30, 40], control: [1, 2, 3, 4]))
        let interval = try #require(test.interval(quantile: Self.ninetyFive))
        #expect(abs(interval.lower - 6) < 1e-6)
        #expect(abs(interval.upper - 39) < 1e-6)
        #expect(abs(interval.estimate - 22.5) < 1e-6)
    }

    /// kayenta-mannwhitney/.../WilcoxTests.scala, "asymptotic path in wilcox.test": what R gives at confidence 0.99, the
    /// default of that function (a normal quantile of 2.5758).
    @Test(arguments: [
        (
            [
                0.0, 20.95, 30.5666666666667, 31.4, 32.1166666666667, 31.9833333333334, 31.1833333333334, 32.35, 33.25, 32.8000000000001,
                34.5166666666667, 33.4166666666667, 35.8833333333334, 35.0666666666667, 33.9,
            ],
            [
                0.0, 21.9000000000001, 30.2833333333334, 29.45, 32.1, 31.1166666666667, 33.5, 32.1166666666667, 32.7, 33.85,
                32.6833333333334, 33.5166666666667, 33.6, 34.3, 33.05,
            ], -1.866663, 2.899996
        ),
        (
            [
                0, 2.31666666666667, 3.5, 3.33333333333333, 3.98333333333333, 3.61666666666667, 3.08333333333333, 3.56666666666666,
                3.86666666666666, 3.28333333333333, 3.25, 3.26666666666667, 2.86666666666667, 3.31666666666667, 3.18333333333333,
            ],
            [
                0, 2.73333333333333, 3.5, 2.76666666666667, 3.26666666666666, 3.75, 3.53333333333333, 3.21666666666667, 3.43333333333333,
                3.83333333333333, 3.81666666666667, 3.6, 3.38333333333333, 3.31666666666667, 3.63333333333333,
            ], -0.5166050, 0.3832704
        ),
    ])
    func wilcoxTests(canary: [Double], baseline: [Double], lower: Double, upper: Double) throws {
        let test = try #require(MannWhitney(experiment: canary, control: baseline))
        let interval = try #require(test.interval(quantile: 2.5758293035489))
        #expect(abs(interval.lower - lower) < 2e-4, "\(interval.lower)")
        #expect(abs(interval.upper - upper) < 2e-4, "\(interval.upper)")
    }

    @Test func edgesOfTheClassifier() {
        let classifier = KayentaClassifier()
        #expect(classifier.classify(control: [], experiment: [1], direction: .either) == .noData)
        #expect(classifier.classify(control: [2, 1], experiment: [1, 2], direction: .either) == .pass)
        #expect(classifier.classify(control: [1, 1, 1], experiment: [1, 1], direction: .either) == .pass)
    }

    /// The figure that the judge compares is the quantile at which the classifier changes its mind.
    @Test func theJudgeAgreesWithTheClassifier() throws {
        var generator = SeededGenerator(seed: 12)
        let traffic = Traffic(baseRate: 0.02, ratio: 2)
        var judge = KayentaJudge()
        var (control, experiment): ([Double], [Double]) = ([], [])
        var hasAlarmed = (false, false)
        for poll in 0..<40 {
            let counts = traffic.poll(poll, &generator)
            control.append(counts.sliceErrors / 100)
            experiment.append(counts.poll.canaryEvents / 100)
            let suspicion = judge.suspicion(counts)
            guard poll >= 10 else { continue }
            let label = KayentaClassifier().classify(control: control, experiment: experiment, direction: .increase)
            hasAlarmed.0 = hasAlarmed.0 || suspicion >= judge.threshold
            hasAlarmed.1 = hasAlarmed.1 || label == .high
            #expect(hasAlarmed.0 == hasAlarmed.1, "poll \(poll)")
        }
        #expect(hasAlarmed.0)
    }
}
