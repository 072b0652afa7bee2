/// Grouping accuracy as it is published, with parameters and masks chosen for each system.
public enum PublishedFigures {
    /// He et al., "Drain" (ICWS 2017), as measured by Zhu et al. (ICSE-SEIP 2019).
    public static let drain = [
        "Android": 0.911, "BGL": 0.9625, "HDFS": 0.9975, "Hadoop": 0.9475, "Linux": 0.69, "OpenSSH": 0.7875, "Proxifier": 0.5265,
        "Zookeeper": 0.9665,
    ]
    /// Yu et al., "Brain" (TSC 2023).
    public static let brain = [
        "Android": 0.9605, "BGL": 0.986, "HDFS": 0.9975, "Hadoop": 0.949, "Linux": 0.996, "OpenSSH": 1, "Proxifier": 1, "Zookeeper": 0.9875,
    ]
}
