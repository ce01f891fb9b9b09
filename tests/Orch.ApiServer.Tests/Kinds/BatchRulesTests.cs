using k8s.Models;
using static Orch.ApiServer.Tests.Kinds.Cases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of jobs and cron jobs, each case with exactly the faults that upstream finds.</summary>
public sealed class BatchRulesTests
{
    private const string Job = "{metadata: {name: j, uid: u}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}, ";
    private const string Indexed = Job + "completionMode: Indexed, completions: 5, parallelism: 2, ";
    private const string Cron = "{metadata: {name: c}, spec: {jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}, ";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["job"] = (Create<V1Job>(Job + "}}"), ""),
        ["indexed job"] = (Create<V1Job>(Indexed + "}}"), ""),
        ["job without uid"] = (Create<V1Job>("{metadata: {name: j}, spec: {" + Template("{}", "restartPolicy: Never") + "}}"), "metadata.uid: Required value"),
        ["job that runs for ever"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {" + Template("{}") + "}}"), "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""),
        ["job that restarts somehow"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {" + Template("{}", "restartPolicy: Maybe") + "}}"), "spec.template.spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\"\nspec.template.spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"OnFailure\", \"Never\""),
        ["job with labels of another"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {" + Template("{controller-uid: v}", "restartPolicy: Never") + "}}"), "spec.template.metadata.labels[controller-uid]: Invalid value: {\"batch.kubernetes.io/controller-uid\":\"u\",\"batch.kubernetes.io/job-name\":\"j\",\"controller-uid\":\"v\",\"job-name\":\"j\"}: must be 'u'"),
        ["job with a selector of another"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {selector: {matchLabels: {batch.kubernetes.io/controller-uid: v}}, " + Template("{}", "restartPolicy: Never") + "}}"),
            "spec.selector: Invalid value: {\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"v\"}}: `selector` not auto-generated\nspec.template.metadata.labels: Invalid value: {\"batch.kubernetes.io/controller-uid\":\"u\",\"batch.kubernetes.io/job-name\":\"j\",\"controller-uid\":\"u\",\"job-name\":\"j\"}: `selector` does not match template `labels`"),
        ["job with its own selector"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {manualSelector: true, selector: {matchLabels: {a: b}}, " + Template("{a: b}", "restartPolicy: Never") + "}}"), ""),
        ["job with no selector of its own"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {manualSelector: true, " + Template("{a: b}", "restartPolicy: Never") + "}}"), "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"),
        ["job counts"] = (Create<V1Job>(Job + "parallelism: -1, completions: -2, activeDeadlineSeconds: -3, backoffLimit: -4, ttlSecondsAfterFinished: -5}}"),
            "spec.parallelism: Invalid value: -1: must be greater than or equal to 0\nspec.completions: Invalid value: -2: must be greater than or equal to 0\nspec.activeDeadlineSeconds: Invalid value: -3: must be greater than or equal to 0\nspec.backoffLimit: Invalid value: -4: must be greater than or equal to 0\nspec.ttlSecondsAfterFinished: Invalid value: -5: must be greater than or equal to 0"),
        ["job's indexes without indexes"] = (Create<V1Job>(Job + "backoffLimitPerIndex: 1, maxFailedIndexes: 1}}"), "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode\nspec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"),
        ["job's failed indexes alone"] = (Create<V1Job>(Indexed + "maxFailedIndexes: 1}}"), "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"),
        ["job with more failures than indexes"] = (Create<V1Job>(Indexed + "backoffLimitPerIndex: 1, maxFailedIndexes: 6}}"), "spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions"),
        ["indexed job without completions"] = (Create<V1Job>(Job + "completionMode: Indexed, parallelism: 100001}}"), "spec.completions: Required value: when completion mode is Indexed\nspec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"),
        ["huge indexed job"] = (Create<V1Job>(Job + "completionMode: Indexed, completions: 100001, parallelism: 10001, backoffLimitPerIndex: 1}}"),
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000\nspec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index"),
        ["job mode"] = (Create<V1Job>(Job + "completionMode: Sorted}}"), "spec.completionMode: Unsupported value: \"Sorted\": supported values: \"NonIndexed\", \"Indexed\""),
        ["indexed job with a long name"] = (Create<V1Job>("{metadata: {name: " + new string('a', 62) + ", uid: u}, spec: {completionMode: Indexed, completions: 11, " + Template("{}", "restartPolicy: Never") + "}}"),
            $"metadata.name: Invalid value: \"{new string('a', 62)}\": will not able to create pod with invalid DNS label: {new string('a', 62)}-10"),
        ["job managed by nobody"] = (Create<V1Job>(Job + "managedBy: me}}"), "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")"),
        ["job managed by a stranger"] = (Create<V1Job>(Job + "managedBy: 'acme.io/a b'}}"), "spec.managedBy: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"),
        ["job managed elsewhere"] = (Create<V1Job>(Job + "managedBy: acme.io/foo}}"), ""),
        ["job replaces"] = (Create<V1Job>(Job + "podReplacementPolicy: Soon}}"), "spec.podReplacementPolicy: Unsupported value: \"Soon\": supported values: \"Failed\", \"TerminatingOrFailed\""),
        ["job replaces with failure policy"] = (Create<V1Job>(Job + "podReplacementPolicy: TerminatingOrFailed, podFailurePolicy: {rules: []}}}"), "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\""),
        ["job with failure policy restarts"] = (Create<V1Job>("{metadata: {name: j, uid: u}, spec: {podFailurePolicy: {rules: []}, " + Template("{}", "restartPolicy: OnFailure") + "}}"), "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when podFailurePolicy is specified"),
        ["failure rule of nothing"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{action: Ignore}]}}}"), "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
        ["failure rule of both"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [1]}, onPodConditions: [{type: X}]}]}}}"), "spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"),
        ["failure action"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{onExitCodes: {operator: In, values: [1]}}, {action: Cry, onExitCodes: {operator: In, values: [1]}}, {action: FailIndex, onExitCodes: {operator: In, values: [1]}}]}}}"),
            "spec.podFailurePolicy.rules[0].action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]\nspec.podFailurePolicy.rules[1].action: Unsupported value: \"Cry\": supported values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"\nspec.podFailurePolicy.rules[2].action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set"),
        ["failure by exit codes"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {containerName: x, operator: In, values: [3, 0, 3]}}]}}}"),
            "spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: \"x\": must be one of the container or initContainer names in the pod template\nspec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator\nspec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3\nspec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0,3]: must be ordered"),
        ["failure by no exit code"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {values: []}}]}}}"), "spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: [\"In\" \"NotIn\"]\nspec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required"),
        ["failure by condition"] = (Create<V1Job>(Job + "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: X, status: Maybe}]}]}}}"), "spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\""),
        ["success without indexes"] = (Create<V1Job>(Job + "successPolicy: {rules: [{succeededCount: 1}]}}}"), "spec.successPolicy: Invalid value: {\"Rules\":[{\"SucceededIndexes\":null,\"SucceededCount\":1}]}: requires indexed completion mode"),
        ["success of nothing"] = (Create<V1Job>(Indexed + "successPolicy: {rules: []}}}"), "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"),
        ["success rule of nothing"] = (Create<V1Job>(Indexed + "successPolicy: {rules: [{}]}}}"), "spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified"),
        ["success of too many"] = (Create<V1Job>(Indexed + "successPolicy: {rules: [{succeededCount: 6}, {succeededIndexes: '0-1', succeededCount: 3}]}}}"),
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)\nspec.successPolicy.rules[1].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)"),
        ["success of indexes"] = (Create<V1Job>(Indexed + "successPolicy: {rules: [{succeededIndexes: '3-1'}, {succeededIndexes: '7'}, {succeededIndexes: 'a'}, {succeededIndexes: '1-2-3'}, {succeededIndexes: '1,1'}]}}}"),
            "spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"3-1\": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1\nspec.successPolicy.rules[1].succeededIndexes: Invalid value: \"7\": error parsing succeededIndexes: too large index: \"7\"\n"
            + "spec.successPolicy.rules[2].succeededIndexes: Invalid value: \"a\": error parsing succeededIndexes: cannot convert string to integer for index: \"a\"\nspec.successPolicy.rules[3].succeededIndexes: Invalid value: \"1-2-3\": error parsing succeededIndexes: the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'\n"
            + "spec.successPolicy.rules[4].succeededIndexes: Invalid value: \"1,1\": error parsing succeededIndexes: non-increasing order, previous: 1, current: 1"),

        ["job runs more at once"] = (Update<V1Job>(Job + "}}", job => job.Spec.Parallelism = 3), ""),
        ["job's completions changed"] = (Update<V1Job>(Job + "}}", job => job.Spec.Completions = 3), "spec.completions: Invalid value: 3: field is immutable"),
        ["indexed job grows"] = (Update<V1Job>(Indexed + "}}", job => (job.Spec.Completions, job.Spec.Parallelism) = (7, 7)), ""),
        ["indexed job grows alone"] = (Update<V1Job>(Indexed + "}}", job => job.Spec.Completions = 7), "spec.completions: Invalid value: 7: can only be modified in tandem with spec.parallelism"),
        ["job's mode changed"] = (Update<V1Job>(Indexed + "}}", job => job.Spec.CompletionMode = "NonIndexed"), "spec.completionMode: Invalid value: \"NonIndexed\": field is immutable"),
        ["job's manager changed"] = (Update<V1Job>(Job + "managedBy: a.io/b}}", job => job.Spec.ManagedBy = "a.io/c"), "spec.managedBy: Invalid value: \"a.io/c\": field is immutable"),
        ["suspended job moved"] = (Update<V1Job>(Job + "suspend: true}}", job =>
        {
            job.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["a"] = "b" };
            job.Spec.Template.Spec.Tolerations = [new V1Toleration { Key = "a", OperatorProperty = "Exists" }];
            job.Spec.Template.Spec.SchedulingGates = [new V1PodSchedulingGate { Name = "a.io/b" }];
            job.Spec.Template.Metadata.Annotations = new Dictionary<string, string> { ["a"] = "b" };
            job.Spec.Template.Spec.Affinity = new V1Affinity { NodeAffinity = new V1NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector { NodeSelectorTerms = [new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = "a", OperatorProperty = "Exists" }] }] } } };
        }), ""),
        ["suspended job with another pod affinity"] = (() => First(Update<V1Job>(Job + "suspend: true}}", job => job.Spec.Template.Spec.Affinity = new V1Affinity { PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [new V1PodAffinityTerm { TopologyKey = "z" }] } })()), "spec.template: field is immutable"),
        ["suspended job with another image"] = (() => First(Update<V1Job>(Job + "suspend: true}}", job => job.Spec.Template.Spec.Containers[0].Image = "j")()), "spec.template: field is immutable"),
        ["suspended job with a template's name"] = (() => First(Update<V1Job>(Job + "suspend: true}}", job => job.Spec.Template.Metadata.Name = "t")()), "spec.template: field is immutable"),
        ["running job moved"] = (() => First(UpdateWith<V1Job>(Job + "suspend: true}}", job => job.Status.StartTime = DateTime.UnixEpoch, job => job.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["a"] = "b" })()), "spec.template: field is immutable"),
        ["paused job moved"] = (UpdateWith<V1Job>(Job + "suspend: true}}", job => job.Status = new V1JobStatus { StartTime = DateTime.UnixEpoch, Conditions = [new V1JobCondition { Type = "Suspended", Status = "True" }] }, job => job.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["a"] = "b" }), ""),
        ["job's image changed"] = (() => First(Update<V1Job>(Job + "}}", job => job.Spec.Template.Spec.Containers[0].Image = "j")()), "spec.template: field is immutable"),

        ["cron job"] = (Create<V1CronJob>(Cron + "schedule: '*/5 * * * *'}}"), ""),
        ["cron job without schedule"] = (Create<V1CronJob>(Cron + "}}"), "spec.schedule: Required value"),
        ["cron job now and then"] = (Create<V1CronJob>(Cron + "schedule: now}}"), "spec.schedule: Invalid value: \"now\": expected exactly 5 fields, found 1: [now]"),
        ["cron job in a zone by schedule"] = (Create<V1CronJob>(Cron + "schedule: 'TZ=UTC 0 * * * *'}}"), "spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead"),
        ["cron job in no zone"] = (Create<V1CronJob>(Cron + "schedule: '@daily', timeZone: ''}}"), "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string"),
        ["cron job in an unknown zone"] = (Create<V1CronJob>(Cron + "schedule: '@daily', timeZone: Mars/Base}}"), "spec.timeZone: Invalid value: \"Mars/Base\": unknown time zone Mars/Base"),
        ["cron job in the zone above"] = (Create<V1CronJob>(Cron + "schedule: '@daily', timeZone: Europe/../UTC}}"), "spec.timeZone: Invalid value: \"Europe/../UTC\": unknown time zone Europe/../UTC"),
        ["cron job in the local zone"] = (Create<V1CronJob>(Cron + "schedule: '@daily', timeZone: Local}}"), "spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
        ["cron job in a zone"] = (Create<V1CronJob>(Cron + "schedule: '@daily', timeZone: UTC}}"), ""),
        ["cron job at once"] = (Create<V1CronJob>(Cron + "schedule: '@daily', concurrencyPolicy: Race}}"), "spec.concurrencyPolicy: Unsupported value: \"Race\": supported values: \"Allow\", \"Forbid\", \"Replace\""),
        ["cron job counts"] = (Create<V1CronJob>(Cron + "schedule: '@daily', startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -2, failedJobsHistoryLimit: -3}}"), "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0\nspec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0\nspec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0"),
        ["cron job with a long name"] = (Create<V1CronJob>("{metadata: {name: " + new string('a', 53) + "}, spec: {schedule: '@daily', jobTemplate: {spec: {" + Template("{}", "restartPolicy: Never") + "}}}}"), $"metadata.name: Invalid value: \"{new string('a', 53)}\": must be no more than 52 characters"),
        ["cron job with a selector"] = (Create<V1CronJob>("{metadata: {name: c}, spec: {schedule: '@daily', jobTemplate: {spec: {manualSelector: true, selector: {matchLabels: {a: b}}, " + Template("{a: b}", "restartPolicy: Never") + "}}}}"),
            "spec.jobTemplate.spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\"}}: `selector` will be auto-generated\nspec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\""),
        ["cron job keeps its zone"] = (() => Declared.UpdateFaults(OldCronJob("TZ=UTC 0 * * * *"), job => job.Spec.Suspend = true), ""),
        ["cron job names two zones"] = (() => Declared.UpdateFaults(OldCronJob("TZ=UTC 0 * * * *"), job => job.Spec.TimeZone = "UTC"), "spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use both timeZone field and TZ or CRON_TZ in schedule"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Theory]
    [InlineData("* * * * *", null)]
    [InlineData("  0 0 1 jan SUN ", null)]
    [InlineData("?/15 1-5,7 */2 * 0-6", null)]
    [InlineData("@hourly", null)]
    [InlineData("@every 1h30m", null)]
    [InlineData("@every 1.5s", null)]
    [InlineData("CRON_TZ=UTC 0 0 * * *", null)]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("1-2-3 * * * *", "too many hyphens: 1-2-3")]
    [InlineData("1/2/3 * * * *", "too many slashes: 1/2/3")]
    [InlineData("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("99999999999999999999 * * * *", "failed to parse int from 99999999999999999999: strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    [InlineData("-1 * * * *", "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax")]
    [InlineData("* * * * 7", "end of range (7) above maximum (6): 7")]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("@fortnightly", "unrecognized descriptor: @fortnightly")]
    [InlineData("@every", "unrecognized descriptor: @every")]
    [InlineData("@every soon", "failed to parse duration @every soon: time: invalid duration \"soon\"")]
    [InlineData("@every 5", "failed to parse duration @every 5: time: missing unit in duration \"5\"")]
    [InlineData("@every 5d", "failed to parse duration @every 5d: time: unknown unit \"d\" in duration \"5d\"")]
    [InlineData("TZ=Mars/Base 0 * * * *", "provided bad location Mars/Base: unknown time zone Mars/Base")]
    [InlineData("TZ=UTC", "provided bad location UTC: unknown time zone UTC")]
    public void Schedule_Text_IsReadAsUpstreamReadsIt(string schedule, string? fault)
        => Assert.Equal(fault, ApiServer.Kinds.Batch.CronSyntax.FaultIn(schedule));

    [Fact]
    public void Job_New_IsTiedToItsPods()
    {
        var job = Declared.Created<V1Job>(Job + "}}");

        Assert.Equal("u", job.Spec.Selector.MatchLabels["batch.kubernetes.io/controller-uid"]);
        Assert.Equal(("j", "j", "u", "u"), (job.Spec.Template.Metadata.Labels["job-name"], job.Spec.Template.Metadata.Labels["batch.kubernetes.io/job-name"],
            job.Spec.Template.Metadata.Labels["controller-uid"], job.Spec.Template.Metadata.Labels["batch.kubernetes.io/controller-uid"]));
        Assert.Equal("Orphan", Declared.Of<V1Job>().DefaultPropagation);
    }

    [Fact]
    public void Job_BackoffPerIndex_LetsFailuresTogetherBeMany()
        => Assert.Equal(int.MaxValue, Declared.Created<V1Job>(Indexed + "backoffLimitPerIndex: 1}}").Spec.BackoffLimit);

    private static V1CronJob OldCronJob(string schedule)
    {
        var job = Declared.Created<V1CronJob>(Cron + "schedule: '@daily'}}");
        job.Spec.Schedule = schedule;
        return job;
    }

    // The value, a whole template, is left out.
    private static string First(string fault) => fault.Length == 0 ? fault : fault[..fault.IndexOf(": Invalid", StringComparison.Ordinal)] + ": " + fault[(fault.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
}
