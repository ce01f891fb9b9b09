using k8s.Models;
using Orch.ApiServer.Tests.Kinds;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;
using static Orch.ApiServer.Tests.Validation.PodCases;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>Rules of pods at their bounds, on resize, and where the defaults fill in what the rules would miss.</summary>
public sealed class PodDetailRulesTests
{
    private static readonly string Long = new('a', 300);

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["nothing filled in"] = (() => Bare(new V1PodSpec { Containers = [new V1Container { Name = "a", Image = "i", Ports = [new V1ContainerPort { ContainerPort = 1 }] }], Volumes = [new V1Volume { Name = "v" }] }), 
            "spec.terminationGracePeriodSeconds: Required value\n"
            + "spec.volumes[0]: Required value: must specify a volume type\n"
            + "spec.containers[0].terminationMessagePolicy: Required value\n"
            + "spec.containers[0].ports[0].protocol: Required value\n"
            + "spec.containers[0].imagePullPolicy: Required value\n"
            + "spec.restartPolicy: Required value\n"
            + "spec.dnsPolicy: Required value"),
        ["field of no version"] = (() => Bare(Filled(new V1Container { Name = "a", Image = "i", Env = [new V1EnvVar { Name = "A", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } }] })), "spec.containers[0].env[0].valueFrom.fieldRef.apiVersion: Required value"),
        ["probe of no path"] = (() => Bare(Filled(new V1Container { Name = "a", Image = "i", LivenessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Port = 1, Scheme = "HTTP" }, SuccessThreshold = 1 } })), "spec.containers[0].livenessProbe.httpGet.path: Required value"),
        ["search of a long name"] = (Spec($"dnsConfig: {{searches: [{string.Join('.', Enumerable.Repeat("a", 128))}]}}"), "spec.dnsConfig.searches[0]: Invalid value: \"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\": must be no more than 253 characters"),
        ["node of a long name"] = (Spec($"nodeName: {string.Join('.', Enumerable.Repeat("a", 128))}"), "spec.nodeName: Invalid value: \"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\": must be no more than 253 characters"),
        ["variable of a long key"] = (Container($"env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: a, key: {Long}}}}}}}]"), "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": must be no more than 253 characters"),
        ["many restart rules"] = (Container($"restartPolicy: Never, restartPolicyRules: [{string.Join(", ", Enumerable.Repeat("{action: Restart, exitCodes: {operator: In, values: [1]}}", 21))}]"), "spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items"),
        ["armor of a long name"] = (Container($"securityContext: {{appArmorProfile: {{type: Localhost, localhostProfile: {new string('a', 4096)}}}}}"), "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Too long: may not be more than 4095 bytes"),
        ["windows credentials too large"] = (Container($"securityContext: {{windowsOptions: {{gmsaCredentialSpec: {new string('a', 64 * 1024 + 1)}}}}}"), "spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: \"" + new string('a', 64 * 1024 + 1) + "\": gmsaCredentialSpec size must be under 64 KiB"),
        ["windows user of long names"] = (Container($"securityContext: {{windowsOptions: {{runAsUserName: '{Long[..256]}\\{Long[..105]}'}}}}"), 
            "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": runAsUserName's Domain length must be under 256 characters\n"
            + "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": runAsUserName's Domain doesn't match the NetBios nor the DNS format\n"
            + "spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": runAsUserName's User length must not be longer than 104 characters"),
        ["sidecar's restart policy"] = (Spec("initContainers: [{name: a, image: i, restartPolicy: Odd}]"), "spec.initContainers[0].restartPolicy: Unsupported value: \"Odd\": supported values: \"Always\", \"Never\", \"OnFailure\""),
        ["debugger of no name"] = (Spec("ephemeralContainers: [{name: A, image: i}]"), "spec.ephemeralContainers[0].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\nspec.ephemeralContainers: Forbidden: cannot be set on create"),
        ["stop signal of Linux"] = (Container("lifecycle: {stopSignal: SIGODD}", "os: {name: linux}"), "spec.containers[0].lifecycle.stopSignal: Unsupported value: \"SIGODD\": supported values: \"SIGABRT\", \"SIGALRM\", \"SIGBUS\", \"SIGCHLD\", \"SIGCLD\", \"SIGCONT\", \"SIGFPE\", \"SIGHUP\", \"SIGILL\", \"SIGINT\", \"SIGIO\", \"SIGIOT\", \"SIGKILL\", \"SIGPIPE\", \"SIGPOLL\", \"SIGPROF\", \"SIGPWR\", \"SIGQUIT\", \"SIGRTMAX\", \"SIGRTMAX-1\", \"SIGRTMAX-10\", \"SIGRTMAX-11\", \"SIGRTMAX-12\", \"SIGRTMAX-13\", \"SIGRTMAX-14\", \"SIGRTMAX-2\", \"SIGRTMAX-3\", \"SIGRTMAX-4\", \"SIGRTMAX-5\", \"SIGRTMAX-6\", \"SIGRTMAX-7\", \"SIGRTMAX-8\", \"SIGRTMAX-9\", \"SIGRTMIN\", \"SIGRTMIN+1\", \"SIGRTMIN+10\", \"SIGRTMIN+11\", \"SIGRTMIN+12\", \"SIGRTMIN+13\", \"SIGRTMIN+14\", \"SIGRTMIN+15\", \"SIGRTMIN+2\", \"SIGRTMIN+3\", \"SIGRTMIN+4\", \"SIGRTMIN+5\", \"SIGRTMIN+6\", \"SIGRTMIN+7\", \"SIGRTMIN+8\", \"SIGRTMIN+9\", \"SIGSEGV\", \"SIGSTKFLT\", \"SIGSTOP\", \"SIGSYS\", \"SIGTERM\", \"SIGTRAP\", \"SIGTSTP\", \"SIGTTIN\", \"SIGTTOU\", \"SIGURG\", \"SIGUSR1\", \"SIGUSR2\", \"SIGVTALRM\", \"SIGWINCH\", \"SIGXCPU\", \"SIGXFSZ\""),
        ["projected files' modes"] = (Projection("secret: {name: s, items: [{key: '', path: '', mode: 512}]}", "downwardAPI: {items: [{path: a}]}"), 
            "spec.volumes[0].projected.sources[0].secret.items[0].key: Required value\n"
            + "spec.volumes[0].projected.sources[0].secret.items[0].path: Required value\n"
            + "spec.volumes[0].projected.sources[0].secret.items[0].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive\n"
            + "spec.volumes[0].projected.sources[1].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"),
        ["annotations changed to worse"] = (Update("", pod => pod.Metadata.Annotations = new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = "x" }), "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"x\": must be a 32bit integer\nmetadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"x\": must be a 32bit integer"),
        ["selector's values"] = (Spec("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchExpressions: [{key: a, operator: In, values: ['-', b]}, {key: a, operator: NotIn}]}}]"), "spec.topologySpreadConstraints[0].labelSelector.matchExpressions[0].values[0]: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\nspec.topologySpreadConstraints[0].labelSelector.matchExpressions[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"),

        ["resized: container added"] = (Resized("", pod => pod.Spec.Containers.Add(PodRulesTests.Container("b"))), "spec.containers: Forbidden: containers may not be added or removed on resize"),
        ["resized: container renamed"] = (Resized("", pod => pod.Spec.Containers[0].Name = "b"), "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"),
        ["resized: init container added"] = (Resized("", pod => pod.Spec.InitContainers = [PodRulesTests.Container("b")]), "spec.initContainers: Forbidden: initContainers may not be added or removed on resize"),
        ["resized: whole pod's requests removed"] = (Resized("resources: {requests: {cpu: 1}, limits: {cpu: 2}}", pod => pod.Spec.Resources.Requests = null), ""),
        ["resized: whole pod's limits removed"] = (Resized("resources: {requests: {cpu: 1}, limits: {cpu: 2}}", pod => pod.Spec.Resources.Limits = null), "spec.resources.limits: Forbidden: pod-level resource limits cannot be removed"),
        ["resized: whole pod's resources removed"] = (Resized("resources: {requests: {cpu: 1}, limits: {cpu: 2}}", pod => pod.Spec.Resources = null), "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing\nspec.resources: Forbidden: pod-level resources cannot be removed"),
        ["resized: whole pod's huge pages"] = (Resized("resources: {requests: {cpu: 1}, limits: {cpu: 2}}", pod => pod.Spec.Resources.Limits["hugepages-2Mi"] = new ResourceQuantity("2Mi")), "spec: Forbidden: only cpu and memory resources are mutable at pod-level"),
        ["resized: node name"] = (Resized("", pod => pod.Spec.Hostname = "b"),
            "spec: Forbidden: only cpu and memory resources are mutable"),
        ["resized: init container's requests removed"] = (Resized("initContainers: [{name: a, image: i, restartPolicy: Always, resources: {requests: {cpu: 1}, limits: {cpu: 1}}}]", pod => pod.Spec.InitContainers[0].Resources = null), 
            "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing\n"
            + "spec.initContainers[0].resources.requests: Forbidden: resource requests cannot be removed\n"
            + "spec.initContainers[0].resources.limits: Forbidden: resource limits cannot be removed"),
        ["resized: with claims of the node"] = (Resized("", _ => { }, pod => pod.Status.NodeAllocatableResourceClaimStatuses = [new V1NodeAllocatableResourceClaimStatus()]), "spec: Forbidden: pods with node allocatable resource claims cannot be resized"),
        ["resized: image"] = (Resized("", pod => pod.Spec.Containers[0].Image = "j"), "spec: Forbidden: only cpu and memory resources are mutable"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_PodOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Theory]
    [InlineData("", "environment variable name must be non-empty")]
    [InlineData(" A~", "")]
    [InlineData("A\u007f", "a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData("A\u001f", "a valid environment variable name must consist only of printable ASCII characters other than '='")]
    public void VariableName_OfTheCase_IsOneOrNot(string name, string expected)
    {
        var errors = new FieldErrors();
        TextRules.EnvName(name, FieldPath.Of("n"), errors);
        Assert.Equal(expected.Length == 0 ? "" : $"n: Invalid value: {GoText.Quote(name)}: {expected}", errors.ToString());
    }

    [Theory]
    [InlineData("a-", true, "")]
    [InlineData("a-", false, "must")]
    [InlineData("a.b", true, "must not contain dots")]
    public void Label_AsAPrefix_MayEndInADash(string name, bool isPrefix, string expected)
    {
        var errors = new FieldErrors();
        NameRules.DnsLabel(name, isPrefix, FieldPath.Of("n"), errors);
        Assert.True(expected.Length == 0 ? errors.Count == 0 : errors.ToString().Contains(expected, StringComparison.Ordinal), errors.ToString());
    }

    [Theory]
    [InlineData("a-", true, false)]
    [InlineData("a-", false, true)]
    [InlineData("1a", true, true)]
    public void ServiceName_AsAPrefix_MayEndInADash(string name, bool isPrefix, bool isWrong)
    {
        var errors = new FieldErrors();
        NameRules.Dns1035Label(name, isPrefix, FieldPath.Of("n"), errors);
        Assert.Equal(isWrong, errors.Count > 0);
        errors = new FieldErrors();
        NameRules.Dns1035Label(new string('a', 64), isPrefix, FieldPath.Of("n"), errors);
        Assert.Equal($"n: Invalid value: \"{new string('a', 64)}\": must be no more than 63 characters", errors.ToString());
    }

    private static V1PodSpec Filled(V1Container container) => new() { Containers = [container with { TerminationMessagePolicy = "File", ImagePullPolicy = "Always" }], RestartPolicy = "Always", DnsPolicy = "Default", TerminationGracePeriodSeconds = 1 };

    // Past the defaults, as an object of older times would be.
    private static string Bare(V1PodSpec spec)
    {
        var errors = new FieldErrors();
        PodSpecRules.Validate(spec, "p", true, FieldPath.Of("spec"), errors);
        return string.Join('\n', errors.Select(error => error.ToString()));
    }

    private static Func<string> Resized(string spec, Action<V1Pod> change, Action<V1Pod>? before = null) => () =>
    {
        var old = Declared.Created<V1Pod>(Whole($"{spec}{(spec.Length == 0 ? "" : ", ")}nodeName: n, containers: [{{name: web, image: i}}]"));
        before?.Invoke(old);
        var pod = Orch.Serialization.ApiJson.DeepCopy(old);
        change(pod);
        Declared.Of<V1Pod>().Default(pod);
        var errors = new FieldErrors();
        PodResizeRules.Validate(pod, old, errors);
        return string.Join('\n', errors.Select(error => error.ToString()));
    };
}
