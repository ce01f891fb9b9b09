using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>Rules for pods that depend on several of their parts, or that only upstream's own order explains.</summary>
public sealed class PodTextRulesTests
{
    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["resource of no domain"] = (Container("resources: {limits: {disk: 1}}"),
            "spec.containers[0].resources.limits[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.containers[0].resources.limits[disk]: Invalid value: \"disk\": must be a standard resource for containers\n"
            + "spec.containers[0].resources.requests[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified\n"
            + "spec.containers[0].resources.requests[disk]: Invalid value: \"disk\": must be a standard resource for containers"),
        ["system of no name"] = (Spec("os: {name: ''}"), "spec.os.name: Required value: cannot be empty"),
        ["toleration by comparison"] = (Spec("tolerations: [{key: a, operator: Gt, value: '1'}]"), "spec.tolerations[0].operator: Unsupported value: \"Gt\": supported values: \"Equal\", \"Exists\", \"Lt\", \"Gt\""),
        ["plain containers that restart everything"] = (Container("restartPolicy: Never, restartPolicyRules: [{action: Odd, exitCodes: {operator: In, values: [1]}}]"),
            "spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"Odd\": supported values: \"Restart\", \"RestartAllContainers\""),
        ["user ids beyond a signed number"] = (Container("securityContext: {runAsUser: 3000000000}"), "spec.containers[0].securityContext.runAsUser: Invalid value: 3000000000: must be between 0 and 2147483647, inclusive"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_PodOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());
}
