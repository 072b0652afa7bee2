public import ReleaseModel

// Evaluators compare two cohorts, stable and canary. Several canary arms are judged together, told apart by their instances.

extension Sample {
    /// As evaluators see it: of the stable cohort or the canary one.
    public var asCohort: Sample {
        guard arm != Arm.stable, arm != Arm.canary else { return self }
        var sample = self
        sample.instance = "\(arm)/\(instance)"
        sample.arm = Arm.canary
        return sample
    }
}

extension LogStep {
    /// As evaluators see it: of the stable cohort or the canary one.
    public var asCohort: LogStep {
        guard arm != Arm.stable, arm != Arm.canary else { return self }
        var step = self
        step.arm = Arm.canary
        return step
    }
}

extension LogCount {
    /// As evaluators see it: of the stable cohort or the canary one.
    public var asCohort: LogCount {
        guard arm != Arm.stable, arm != Arm.canary else { return self }
        var count = self
        count.instance = "\(arm)/\(instance)"
        count.arm = Arm.canary
        return count
    }
}
