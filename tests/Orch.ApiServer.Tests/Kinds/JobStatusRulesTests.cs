using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules for writing a job's status, each case with exactly the faults that upstream finds.</summary>
public sealed class JobStatusRulesTests
{
    private const string Job = "{metadata: {name: j, uid: u}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}, ";
    private const string Indexed = Job + "completionMode: Indexed, completions: 5, parallelism: 2, ";
    private static readonly DateTime Start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["done"] = (Status<V1Job>(Job + "}}", job => job.Status = Done()), ""),
        ["counts"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { Active = -1, Succeeded = 0, Failed = 0, Ready = -2, Terminating = -3 }),
            "status.active: Invalid value: -1: must be greater than or equal to 0\nstatus.ready: Invalid value: -2: must be greater than or equal to 0\nstatus.terminating: Invalid value: -3: must be greater than or equal to 0"),
        ["more ready than there are"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { Active = 1, Ready = 2 }), "status.ready: Invalid value: 2: cannot set more ready pods than active"),
        ["pods counted twice"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { UncountedTerminatedPods = new V1UncountedTerminatedPods { Succeeded = ["a", ""], Failed = ["a"] } }),
            "status.uncountedTerminatedPods.succeeded[1]: Invalid value: \"\": must not be empty\nstatus.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\""),
        ["done without a time"] = (Status<V1Job>(Job + "}}", job => { job.Status = Done(); job.Status.CompletionTime = null; }), "status.completionTime: Required value: completionTime is required for Complete jobs"),
        ["time without being done"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { StartTime = Start, CompletionTime = Start }), "status.completionTime: Invalid value: \"2025-01-01T00:00:00Z\": cannot set completionTime when there is no Complete=True condition"),
        ["done before it began"] = (Status<V1Job>(Job + "}}", job => { job.Status = Done(); job.Status.CompletionTime = Start.AddSeconds(-1); }), "status.completionTime: Invalid value: \"2024-12-31T23:59:59Z\": must be equal to or after `startTime`"),
        ["done and failed"] = (Status<V1Job>(Job + "}}", job => { job.Status = Done(); job.Status.Conditions.Add(True("Failed")); job.Status.Conditions.Add(True("FailureTarget")); }),
            "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions\nstatus.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions\nstatus.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions\nstatus.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"),
        ["failed at once"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { StartTime = Start, Conditions = [True("Failed")] }), "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition"),
        ["done at once"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { StartTime = Start, CompletionTime = Start, Conditions = [True("Complete")] }), "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
        ["done but busy"] = (Status<V1Job>(Job + "}}", job => { job.Status = Done(); job.Status.Active = 1; job.Status.Terminating = 2; job.Status.StartTime = null; job.Status.UncountedTerminatedPods = new V1UncountedTerminatedPods { Failed = ["a"] }; }),
            "status.active: Invalid value: 1: active>0 is invalid for finished job\n"
            + "status.startTime: Required value: startTime is required for finished job\n"
            + "status.uncountedTerminatedPods: Invalid value: {\"Succeeded\":null,\"Failed\":[\"a\"]}: must be empty for finished job\n"
            + "status.terminating: Invalid value: 2: terminating>0 is invalid for finished job"),
        ["indexes of no indexed job"] = (Status<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { CompletedIndexes = "0", FailedIndexes = "" }),
            "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode\nstatus.failedIndexes: Invalid value: \"\": cannot set non-null failedIndexes when backoffLimitPerIndex is null"),
        ["indexes that cannot be read"] = (Status<V1Job>(Indexed + "backoffLimitPerIndex: 1}}", job => job.Status = new V1JobStatus { CompletedIndexes = "5", FailedIndexes = "x" }),
            "status.completedIndexes: Invalid value: \"5\": error parsing completedIndexes: too large index: \"5\"\nstatus.failedIndexes: Invalid value: \"x\": error parsing failedIndexes: cannot convert string to integer for index: \"x\""),
        ["indexes of both sorts"] = (Status<V1Job>(Indexed + "backoffLimitPerIndex: 1}}", job => job.Status = new V1JobStatus { CompletedIndexes = "0,2-3", FailedIndexes = "1,3" }), "status.failedIndexes: Invalid value: \"1,3\": failedIndexes and completedIndexes overlap at index: 3"),
        ["done without the policy's leave"] = (() => Declared.StatusFaults(Declared.Created<V1Job>(Indexed + "successPolicy: {rules: [{succeededCount: 1}]}}}"), job => job.Status = new V1JobStatus { StartTime = Start, CompletionTime = Start, Conditions = [True("Complete")] }),
            "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition\nstatus.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"),
        ["undone"] = (StatusWith<V1Job>(Job + "}}", job => job.Status = Done(), job => job.Status = new V1JobStatus { StartTime = Start }),
            "status.conditions: Invalid value: cannot disable the terminal Complete=True condition\nstatus.succeeded: Invalid value: 0: cannot decrease the succeeded counter\nstatus.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition"),
        ["counting back"] = (StatusWith<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { Failed = 2, Succeeded = 2 }, job => job.Status = new V1JobStatus { Failed = 1, Succeeded = 1 }),
            "status.failed: Invalid value: 1: cannot decrease the failed counter\nstatus.succeeded: Invalid value: 1: cannot decrease the succeeded counter"),
        ["indexed job made smaller"] = (StatusWith<V1Job>(Job + "completionMode: Indexed, completions: 2, parallelism: 2}}", job => job.Status = new V1JobStatus { Succeeded = 2 }, job => job.Status = new V1JobStatus { Succeeded = 1 }), ""),
        ["done at another time"] = (StatusWith<V1Job>(Job + "}}", job => job.Status = Done(), job => job.Status.CompletionTime = Start.AddMinutes(1)), "status.completionTime: Invalid value: \"2025-01-01T00:01:00Z\": field is immutable"),
        ["begun at another time"] = (StatusWith<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { StartTime = Start }, job => job.Status.StartTime = Start.AddMinutes(1)), "status.startTime: Invalid value: \"2025-01-01T00:01:00Z\": field is immutable for unsuspended job once set"),
        ["suspended"] = (StatusWith<V1Job>(Job + "suspend: true}}", job => job.Status = new V1JobStatus { StartTime = Start }, job => job.Status.StartTime = null), ""),
        ["wrong already"] = (StatusWith<V1Job>(Job + "}}", job => job.Status = new V1JobStatus { Active = 1, Ready = 2 }, job => job.Status.Failed = 1), ""),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_StatusOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    private static V1JobStatus Done() => new() { StartTime = Start, CompletionTime = Start, Succeeded = 1, Conditions = [True("SuccessCriteriaMet"), True("Complete")] };

    private static V1JobCondition True(string type) => new() { Type = type, Status = "True" };
}
