using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Kinds.Devices;
using Orch.Serialization;
using static Orch.ApiServer.Tests.Kinds.RuleCases;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The rules of device classes, claims and slices, each case with exactly the faults that upstream finds.</summary>
public sealed class DeviceRulesTests
{
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string IdentifierText = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
    private const string ReferenceText = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    private const string Exactly = "exactly: {deviceClassName: c}";
    private const string Slice = "driver: d.example.com, pool: {name: p, resourceSliceCount: 1}, nodeName: n";
    private const string Uid = "123e4567-e89b-12d3-a456-426614174000";

    private static readonly Dictionary<string, (Func<string> Faults, string Expected)> Table = new()
    {
        ["claim"] = (Claim("requests: [{name: a, " + Exactly + "}, {name: b, firstAvailable: [{name: x, deviceClassName: c}]}], constraints: [{requests: [a, b/x], matchAttribute: e.com/m}]"), ""),
        ["claim's requests"] = (Claim("requests: [{name: a}, {name: A, " + Exactly + ", firstAvailable: [{name: x, deviceClassName: c}]}, {name: a, " + Exactly + "}]"),
            $"spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required\nspec.devices.requests[1].name: Invalid value: \"A\": {LabelText}\nspec.devices.requests[1]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set\nspec.devices.requests[2]: Duplicate value: \"a\""),
        ["claim's devices"] = (Claim("requests: [{name: a, exactly: {allocationMode: All, count: 1, selectors: [{}]}}, {name: b, exactly: {deviceClassName: C, allocationMode: ExactCount, count: -1}}, {name: c, exactly: {deviceClassName: c, allocationMode: Odd}}]"),
            $"spec.devices.requests[0].exactly.deviceClassName: Required value\nspec.devices.requests[0].exactly.selectors[0].cel: Required value\nspec.devices.requests[0].exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'\nspec.devices.requests[1].exactly.deviceClassName: Invalid value: \"C\": {SubdomainText}\nspec.devices.requests[1].exactly.count: Invalid value: -1: must be greater than zero\nspec.devices.requests[2].exactly.allocationMode: Unsupported value: \"Odd\": supported values: \"All\", \"ExactCount\""),
        ["claim's long expression"] = (Claim($"requests: [{{name: a, exactly: {{deviceClassName: c, selectors: [{{cel: {{expression: {new string('x', 10241)}}}}}]}}}}]"), "spec.devices.requests[0].exactly.selectors[0].cel.expression: Too long: may not be more than 10240 bytes"),
        ["claim's expressions"] = (Claim("requests: [{name: a, exactly: {deviceClassName: c, selectors: [{cel: {expression: 'device.driver'}}, {cel: {expression: foo}}, {cel: {expression: \"device.attributes['a.b'].c > 1 && device.capacity['a.b'].m.isGreaterThan(quantity('1Gi'))\"}}]}}]"),
            "spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: \"device.driver\": must evaluate to bool or the unknown type, not string\nspec.devices.requests[0].exactly.selectors[1].cel.expression: Invalid value: \"foo\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^"),
        ["claim's many requests"] = (Claim($"requests: [{string.Join(", ", Enumerable.Range(0, 33).Select(static index => $"{{name: a{index}, {Exactly}}}"))}]"), "spec.devices.requests: Too many: 33: must have at most 32 items"),
        ["claim's tolerations"] = (Claim("requests: [{name: a, exactly: {deviceClassName: c, tolerations: [{operator: Exists, value: x}, {operator: Odd, effect: Odd}, {key: '-', value: '-'}]}}]"),
            "spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: \"x\": must be empty for operator `Exists`\nspec.devices.requests[0].exactly.tolerations[1].operator: Unsupported value: \"Odd\": supported values: \"Equal\", \"Exists\"\nspec.devices.requests[0].exactly.tolerations[1].effect: Unsupported value: \"Odd\": supported values: \"NoExecute\", \"NoSchedule\", \"None\"\nspec.devices.requests[0].exactly.tolerations[2].key: Invalid value: \"-\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')\nspec.devices.requests[0].exactly.tolerations[2].value: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        ["claim's constraints"] = (Claim("requests: [{name: a, " + Exactly + "}], constraints: [{}, {requests: [a, a, b, a/x, a/b/c], matchAttribute: m}, {distinctAttribute: /1}]"),
            $"spec.devices.constraints[0]: Required value: exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set\nspec.devices.constraints[1].requests[2]: Invalid value: \"b\": {ReferenceText}\nspec.devices.constraints[1].requests[3]: Invalid value: \"a/x\": {ReferenceText}\nspec.devices.constraints[1].requests[4]: Invalid value: \"a/b/c\": {ReferenceText}\nspec.devices.constraints[1].requests[1]: Duplicate value: \"a\"\nspec.devices.constraints[1].matchAttribute: Invalid value: \"m\": a fully qualified name must be a domain and a name separated by a slash\nspec.devices.constraints[2].distinctAttribute: Invalid value: \"\": the domain must not be empty\nspec.devices.constraints[2].distinctAttribute: Invalid value: \"1\": {IdentifierText}"),
        ["claim's configuration"] = (Claim("requests: [{name: a, " + Exactly + "}], config: [{}, {opaque: {driver: ''}}, {opaque: {driver: D.e, parameters: [1]}}]"),
            "spec.devices.config[0].opaque: Required value\n"
            + "spec.devices.config[1].opaque.driver: Required value\n"
            + "spec.devices.config[1].opaque.parameters: Required value\n"
            + "spec.devices.config[2].opaque.parameters: Invalid value: \"<value omitted>\": must be a valid JSON object"),
        ["claim changed"] = (Update<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: a, " + Exactly + "}]}}}", claim => claim.Spec.Devices.Requests = null), "spec: Invalid value: {\"devices\":{}}: field is immutable"),
        ["template changed"] = (Update<V1ResourceClaimTemplate>("{metadata: {name: t}, spec: {spec: {devices: {requests: [{name: a, " + Exactly + "}]}}}}", template => template.Spec.Spec.Devices.Requests = null), "spec: Invalid value: {\"spec\":{\"devices\":{}}}: field is immutable"),
        ["template"] = (Create<V1ResourceClaimTemplate>("{metadata: {name: t}, spec: {metadata: {labels: {a: '-'}}, spec: {devices: {requests: [{name: a}]}}}}"), "spec.metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')\nspec.spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"),

        ["status"] = (ClaimStatus(static _ => { }), ""),
        ["status reserved by nobody"] = (ClaimStatus(static status => status.ReservedFor = [new V1ResourceClaimConsumerReference()]), "status.reservedFor[0].resource: Required value\nstatus.reservedFor[0].name: Required value\nstatus.reservedFor[0].uid: Required value"),
        ["status reserved twice"] = (ClaimStatus(static status => status.ReservedFor = [Consumer(), Consumer()]), $"status.reservedFor[1]: Duplicate value: \"u\""),
        ["status reserved without devices"] = (ClaimStatus(static status => (status.ReservedFor, status.Allocation) = ([Consumer()], null)), "status.reservedFor: Forbidden: may not be specified when `allocated` is not set"),
        ["status's results"] = (ClaimStatus(static status => status.Allocation.Devices.Results = [new V1DeviceRequestAllocationResult { Request = "x", Driver = "d", Pool = "P", Device = "e", ShareID = "s" }]),
            $"status.allocation.devices.results[0].request: Invalid value: \"x\": {ReferenceText}\nstatus.allocation.devices.results[0].pool: Invalid value: \"P\": {SubdomainText}\nstatus.allocation.devices.results[0].shareID: Invalid value: \"s\": error validating uid: invalid UUID length: 1"),
        ["status's share"] = (ClaimStatus(static status => status.Allocation.Devices.Results[0].ShareID = Uid.ToUpperInvariant()), $"status.allocation.devices.results[0].shareID: Invalid value: \"{Uid.ToUpperInvariant()}\": uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters"),
        ["status's configuration"] = (ClaimStatus(static status => status.Allocation.Devices.Config = [new V1DeviceAllocationConfiguration { Source = "Odd", Opaque = new V1OpaqueDeviceConfiguration { Driver = "d", Parameters = JsonSerializer.SerializeToElement(new { a = 1 }) } }]), "status.allocation.devices.config[0].source: Unsupported value: \"Odd\": supported values: \"FromClaim\", \"FromClass\""),
        ["status's conditions before binding"] = (ClaimStatus(static status => (status.Allocation.Devices.Results[0].BindingConditions, status.Allocation.Devices.Results[0].BindingFailureConditions) = (["a", "a", "b"], ["b", "b"])),
            "status.allocation.devices.results[0].bindingConditions[1]: Duplicate value: \"a\"\nstatus.allocation.devices.results[0].bindingFailureConditions[0]: Invalid value: \"b\": bindingFailureConditions must not overlap with bindingConditions\nstatus.allocation.devices.results[0].bindingFailureConditions[1]: Duplicate value: \"b\"\nstatus.allocation.devices.results[0].bindingFailureConditions[1]: Invalid value: \"b\": bindingFailureConditions must not overlap with bindingConditions"),
        ["status's only failures"] = (ClaimStatus(static status => status.Allocation.Devices.Results[0].BindingFailureConditions = ["b"]), "status.allocation.devices.results[0].bindingConditions: Invalid value: null: bindingConditions are required to use bindingFailureConditions"),
        ["status of a device"] = (ClaimStatus(static status => status.Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "e", NetworkData = new V1NetworkDeviceData { InterfaceName = new string('x', 257), HardwareAddress = new string('x', 129), Ips = ["10.0.0.1", "10.0.0.1/24", "FD00::1/64"] }, Data = JsonSerializer.SerializeToElement(1) }]),
            "status.devices[0].data: Invalid value: \"<value omitted>\": must be a valid JSON object\nstatus.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes\nstatus.devices[0].networkData.hardwareAddress: Too long: may not be more than 128 bytes\nstatus.devices[0].networkData.ips[0]: Invalid value: \"10.0.0.1\": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)\nstatus.devices[0].networkData.ips[2]: Invalid value: \"FD00::1/64\": must be in canonical form (\"fd00::1/64\")"),
        ["status of another's device"] = (ClaimStatus(static status => status.Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "other" }]), "status.devices[0]: Invalid value: d/p/other: must be an allocated device in the claim"),
        ["allocation changed"] = (() => Declared.StatusFaults(Allocated(), claim => claim.Status.Allocation.Devices.Results = null), "status.allocation: Invalid value: {\"devices\":{}}: field is immutable"),
        ["reservation while it goes"] = (() =>
        {
            var claim = Allocated();
            claim.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
            return Declared.StatusFaults(claim, item => item.Status.ReservedFor = [Consumer()]);
        }, "status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set"),

        ["class"] = (Create<V1DeviceClass>("{metadata: {name: c}, spec: {selectors: [{cel: {expression: 'true'}}], config: [{opaque: {driver: d, parameters: {}}}], extendedResourceName: example.com/gpu}}"), ""),
        ["class's faults"] = (Create<V1DeviceClass>("{metadata: {name: c}, spec: {selectors: [{}], config: [{}], extendedResourceName: gpu}}"), "spec.selectors[0].cel: Required value\nspec.config[0].opaque: Required value\nspec.extendedResourceName: Invalid value: \"gpu\": must be a valid extended resource name"),

        ["slice"] = (ResourceSlice(Slice + ", devices: [{name: a, attributes: {x: {string: y}, e.com/v: {version: 1.2.3-a.1+b}}, capacity: {m: {value: 1Gi}}}]"), ""),
        ["slice of nothing"] = (ResourceSlice(""),
            "spec.driver: Required value\n"
            + "spec.pool.name: Required value\n"
            + "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero\n"
            + "spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"),
        ["slice's place"] = (ResourceSlice(Slice + ", allNodes: true, perDeviceNodeSelection: false, nodeSelector: {nodeSelectorTerms: []}"),
            "spec.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term\nspec.nodeSelector.nodeSelectorTerms: Invalid value: []: must have exactly one node selector term\nspec.perDeviceNodeSelection: Invalid value: false: must be either unset or set to true\nspec: Invalid value: \"{`nodeName`, `nodeSelector`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set"),
        ["slice's pool"] = (ResourceSlice("driver: d, pool: {name: a/B, generation: -1, resourceSliceCount: 1}, nodeName: ''"), $"spec.pool.name: Invalid value: \"B\": {SubdomainText}\nspec.pool.generation: Invalid value: -1: must be greater than or equal to zero\nspec.nodeName: Invalid value: \"\": must be either unset or set to a non-empty string\nspec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"),
        ["slice changed"] = (Update<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{{Slice}}}}}", slice => (slice.Spec.Driver, slice.Spec.NodeName, slice.Spec.Pool.Name) = ("e", "m", "q")), "spec.pool.name: Invalid value: \"q\": field is immutable\nspec.driver: Invalid value: \"e\": field is immutable\nspec.nodeName: Invalid value: \"m\": field is immutable"),
        ["slice's counters and devices"] = (ResourceSlice(Slice + ", devices: [], sharedCounters: [{name: a, counters: {c: {value: 1}}}, {name: a}, {counters: {C: {value: 1}}}]"),
            $"spec: Invalid value: \"\": only one of `sharedCounters` or `devices` is allowed\nspec.sharedCounters[1].counters: Required value\nspec.sharedCounters[2].name: Required value\nspec.sharedCounters[2].counters: Invalid value: \"C\": {LabelText}\nspec.sharedCounters[1]: Duplicate value: \"a\""),
        ["slice's devices"] = (ResourceSlice(Slice + ", devices: [{name: A, nodeName: n}, {name: a, consumesCounters: [{}]}, {name: a}]"),
            $"spec.devices[0].name: Invalid value: \"A\": {LabelText}\nspec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec\nspec.devices[1].consumesCounters[0].counterSet: Required value\nspec.devices[1].consumesCounters[0].counters: Required value\nspec.devices[2]: Duplicate value: \"a\""),
        ["slice's devices by place"] = (ResourceSlice("driver: d, pool: {name: p, resourceSliceCount: 1}, perDeviceNodeSelection: true, devices: [{name: a}, {name: b, nodeName: '', allNodes: false}, {name: c, nodeName: n, allNodes: true}]"),
            "spec.devices[0]: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec\nspec.devices[1].nodeName: Invalid value: \"\": must not be empty\nspec.devices[1].allNodes: Invalid value: false: must be either unset or set to true\nspec.devices[1]: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec\nspec.devices[2]: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec"),
        ["slice's attributes"] = (ResourceSlice(Slice + ", devices: [{name: a, attributes: {1a: {int: 1}, a/b/c: {int: 1}, b: {}, c: {version: '1'}, d: {bools: []}, e: {int: 1, bool: true}, x/: {int: 1}}}]"),
            $"spec.devices[0].attributes: Invalid value: \"1a\": {IdentifierText}\nspec.devices[0].attributes: Invalid value: \"a/b/c\": must not contain more than one slash\nspec.devices[0].attributes[b]: Invalid value: \"\": exactly one value must be specified\nspec.devices[0].attributes[c].version: Invalid value: \"1\": must be a string compatible with semver.org spec 2.0.0\nspec.devices[0].attributes[d]: Invalid value: \"\": exactly one value must be specified\nspec.devices[0].attributes[e]: Invalid value: {{\"bool\":true,\"int\":1}}: exactly one value must be specified\nspec.devices[0].attributes: Invalid value: \"\": the name must not be empty"),
        ["slice's long attributes"] = (ResourceSlice(Slice + $", devices: [{{name: a, attributes: {{{new string('x', 33)}: {{string: {new string('y', 65)}}}}}}}]"), $"spec.devices[0].attributes: Too long: may not be more than 32 bytes\nspec.devices[0].attributes[{new string('x', 33)}].string: Too long: may not be more than 64 bytes"),
        ["slice's many attributes"] = (ResourceSlice(Slice + $", devices: [{{name: a, attributes: {{{string.Join(", ", Enumerable.Range(0, 33).Select(static index => $"a{index}: {{int: 1}}"))}}}}}]"), "spec.devices[0]: Invalid value: 33: the total number of attributes and capacities must not exceed 32"),
        ["slice's taints"] = (ResourceSlice(Slice + ", devices: [{name: a, taints: [{key: k}, {key: k, effect: Odd}]}]"), "spec.devices[0].taints[0].effect: Required value\nspec.devices[0].taints[1].effect: Unsupported value: \"Odd\": supported values: \"NoExecute\", \"NoSchedule\", \"None\""),
        ["slice's policy of an unshared device"] = (Capacity("{value: 10, requestPolicy: {}}", isShared: false), "spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true"),
        ["slice's two policies"] = (Capacity("{value: 10, requestPolicy: {validValues: [1], validRange: {}}}"), "spec.devices[0].capacity[m].requestPolicy: Forbidden: exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time"),
        ["slice's policy without default"] = (Capacity("{value: 10, requestPolicy: {validValues: [1]}}"), "spec.devices[0].capacity[m].requestPolicy.default: Required value: required when validValues is defined"),
        ["slice's policy of values"] = (Capacity("{value: 10, requestPolicy: {default: 3, validValues: [2, 1, 11]}}"),
            "spec.devices[0].capacity[m].requestPolicy.validValues[1]: Invalid value: \"1\": values must be sorted in ascending order\nspec.devices[0].capacity[m].requestPolicy.validValues[2]: Invalid value: \"11\": option is larger than capacity value: 10\nspec.devices[0].capacity[m].requestPolicy.validValues: Invalid value: \"3\": default value is not valid according to the requestPolicy"),
        ["slice's policy of no least"] = (Capacity("{value: 10, requestPolicy: {default: 3, validRange: {}}}"), "spec.devices[0].capacity[m].requestPolicy.validRange.min: Required value: required when validRange is defined"),
        ["slice's policy of a range"] = (Capacity("{value: 10, requestPolicy: {default: 1, validRange: {min: 20, max: 15, step: 0}}}"),
            "spec.devices[0].capacity[m].requestPolicy.validRange.min: Invalid value: \"20\": min is larger than capacity value: 10\n"
            + "spec.devices[0].capacity[m].requestPolicy.validRange.min: Invalid value: \"1\": default is less than min: 20\n"
            + "spec.devices[0].capacity[m].requestPolicy.validRange.max: Invalid value: \"20\": min is larger than max: 15\n"
            + "spec.devices[0].capacity[m].requestPolicy.validRange.max: Invalid value: \"15\": max is larger than capacity value: 10\n"
            + "spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"0\": must be greater than zero"),
        ["slice's policy of steps"] = (Capacity("{value: 10, requestPolicy: {default: 4, validRange: {min: 1, max: 8, step: 2}}}"),
            "spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"4\": value is not a multiple of a given step (2) from (1)\nspec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: \"8\": value is not a multiple of a given step (2) from (1)"),
    };

    public static TheoryData<string> Cases => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_ObjectOfTheCase_HasExactlyItsFaults(string name) => Assert.Equal(Table[name].Expected, Table[name].Faults());

    [Fact]
    public void Claim_Plain_AsksForOneDevice()
    {
        var claim = Declared.Created<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: a, exactly: {deviceClassName: c, tolerations: [{key: k}]}}, {name: b, firstAvailable: [{name: x, deviceClassName: c, allocationMode: All}]}]}}}");

        Assert.Equal(("ExactCount", 1L, "Equal"), (claim.Spec.Devices.Requests[0].Exactly.AllocationMode, claim.Spec.Devices.Requests[0].Exactly.Count, claim.Spec.Devices.Requests[0].Exactly.Tolerations[0].OperatorProperty));
        Assert.Equal(("All", null), (claim.Spec.Devices.Requests[1].FirstAvailable[0].AllocationMode, claim.Spec.Devices.Requests[1].FirstAvailable[0].Count));
    }

    [Fact]
    public void Slice_TaintWithoutTime_IsGivenOne()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, 500, TimeSpan.Zero));
        var slice = Declared.FromYaml<V1ResourceSlice>("{metadata: {name: s}, spec: {devices: [{name: a, taints: [{key: k, effect: NoSchedule}]}]}}");
        new ResourceSliceDeclaration(time).Default((k8s.IKubernetesObject<V1ObjectMeta>)slice);

        Assert.Equal(new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc), slice.Spec.Devices[0].Taints[0].TimeAdded);
    }

    [Fact]
    public void ClaimStatus_DeviceFreed_DropsWhatWasSaidOfIt()
    {
        var old = Allocated();
        old.Status.Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "e" }];
        var value = ApiJson.DeepCopy(old);
        value.Status.Allocation = null;
        Declared.Of<Resourcev1ResourceClaim>().PrepareForStatusUpdate(value, old);

        Assert.Null(value.Status.Devices);
        Assert.Single(old.Status.Devices);
    }

    [Fact]
    public void Columns_ShowStateAndPlace()
    {
        var claim = Allocated();
        Assert.Equal("allocated", Declared.Cells(claim, default)["State"]);
        claim.Status.ReservedFor = [Consumer()];
        claim.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
        Assert.Equal("deleted,allocated,reserved", Declared.Cells(claim, default)["State"]);
        Assert.Equal("pending", Declared.Cells(new Resourcev1ResourceClaim(), default)["State"]);
        var cells = Declared.Cells(Declared.FromYaml<V1ResourceSlice>($"{{spec: {{{Slice}}}}}"), default);
        Assert.Equal(("n", "d.example.com", "p"), (cells["Node"], cells["Driver"], cells["Pool"]));
    }

    private static V1ResourceClaimConsumerReference Consumer() => new() { Resource = "pods", Name = "a", Uid = "u" };

    private static Resourcev1ResourceClaim Allocated()
    {
        var claim = Declared.Created<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: a, " + Exactly + "}]}}}");
        claim.Status.Allocation = new V1AllocationResult { Devices = new V1DeviceAllocationResult { Results = [new V1DeviceRequestAllocationResult { Request = "a", Driver = "d", Pool = "p", Device = "e" }] } };
        return claim;
    }

    private static Func<string> ClaimStatus(Action<V1ResourceClaimStatus> change) => () =>
    {
        var old = Declared.Created<Resourcev1ResourceClaim>("{metadata: {name: c}, spec: {devices: {requests: [{name: a, " + Exactly + "}]}}}");
        return Declared.StatusFaults(old, claim =>
        {
            claim.Status = Allocated().Status;
            change(claim.Status);
        });
    };

    private static Func<string> Claim(string devices) => Create<Resourcev1ResourceClaim>($"{{metadata: {{name: c}}, spec: {{devices: {{{devices}}}}}}}");

    private static Func<string> ResourceSlice(string spec) => Create<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{{spec}}}}}");

    private static Func<string> Capacity(string capacity, bool isShared = true)
        => ResourceSlice($"{Slice}, devices: [{{name: a, {(isShared ? "allowMultipleAllocations: true, " : string.Empty)}capacity: {{m: {capacity}}}}}]");
}
