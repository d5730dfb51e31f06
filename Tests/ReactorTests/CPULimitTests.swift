import Testing

@testable import Reactor

@Suite struct CPULimitTests {
    @Test func `there is always one worker`() {
        #expect(CPULimit.workers() >= 1)
    }

    @Test(
        arguments: [
            (8, nil, 8), (8, 2000, 2), (8, 2900, 2), (8, 100, 1), (2, 64000, 2),
        ] as [(Int, Int?, Int)]
    )
    func `workers are whole processors within the quota`(
        _ processors: Int,
        _ quota: Int?,
        _ workers: Int
    ) {
        #expect(CPULimit.workers(processors: processors, quotaPermille: quota) == workers)
    }

    @Test func `the smallest quota on the way to the root counts`() {
        let files = [
            "/proc/self/cgroup": "0::/pod/container\n",
            "/sys/fs/cgroup/pod/container/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
            "/sys/fs/cgroup/cpu.max": "400000 100000\n",
        ]

        #expect(CPULimit.quotaPermille { files[$0] } == 1500)
    }

    @Test func `version 1 of control groups is understood`() {
        let files = [
            "/proc/self/cgroup": "5:memory:/a\n4:cpu,cpuacct:/a\n",
            "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        ]

        #expect(CPULimit.quotaPermille { files[$0] } == 500)
    }

    @Test(arguments: ["", "max", "max 100000", "0 100000", "1 0", "x y", "-5 100000"])
    func `no quota and nonsense are no limit`(_ text: String) {
        let files = ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text]

        #expect(CPULimit.quotaPermille { files[$0] } == nil)
    }
}
