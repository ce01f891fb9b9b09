using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The bounds of upstream's tests of device allocation: what is within each is taken, what is one beyond has exactly that fault.</summary>
public sealed class DeviceBoundsTests
{
    private const string Numbers = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    private static readonly string Request = "name: r, exactly: {deviceClassName: c}";

    // Makes an object with so many of something; the most there may be; what is said of one more.
    private static readonly Dictionary<string, (Func<int, string> Faults, int Most, string Fault)> Bounds = new()
    {
        ["claim's requests"] = (Claim(static count => $"requests: [{Each(count, static index => $"{{name: r{index}, exactly: {{deviceClassName: c}}}}")}]"), 32, "spec.devices.requests: Too many: 33: must have at most 32 items"),
        ["claim's alternatives"] = (Claim(static count => $"requests: [{{name: r, firstAvailable: [{Each(count, static index => $"{{name: s{index}, deviceClassName: c}}")}]}}]"), 8, "spec.devices.requests[0].firstAvailable: Too many: 9: must have at most 8 items"),
        ["claim's selectors"] = (Claim(static count => $"requests: [{{name: r, exactly: {{deviceClassName: c, selectors: [{Each(count, static _ => "{cel: {expression: 'true'}}")}]}}}}]"), 32, "spec.devices.requests[0].exactly.selectors: Too many: 33: must have at most 32 items"),
        ["claim's constraints"] = (Claim(static count => $"requests: [{{{Request}}}], constraints: [{Each(count, static _ => "{matchAttribute: a/b}")}]"), 32, "spec.devices.constraints: Too many: 33: must have at most 32 items"),
        ["claim's configurations"] = (Claim(static count => $"requests: [{{{Request}}}], config: [{Each(count, static _ => "{opaque: {driver: d, parameters: {}}}")}]"), 32, "spec.devices.config: Too many: 33: must have at most 32 items"),
        ["claim's expression"] = (Claim(static count => $"requests: [{{name: r, exactly: {{deviceClassName: c, selectors: [{{cel: {{expression: '{Padded("true", count)}'}}}}]}}}}]"), 10240, "spec.devices.requests[0].exactly.selectors[0].cel.expression: Too long: may not be more than 10240 bytes"),
        ["claim's parameters"] = (Claim(static count => $"requests: [{{{Request}}}], config: [{{opaque: {{driver: d, parameters: {{a: {new string('x', count - 8)}}}}}}}]"), 10240, "spec.devices.config[0].opaque.parameters: Too long: may not be more than 10240 bytes"),
        ["reservations"] = (Status(static (status, count) => status.ReservedFor = [.. Enumerable.Range(0, count).Select(static index => new V1ResourceClaimConsumerReference { Resource = "pods", Name = "p", Uid = $"u{index}" })]), 256, "status.reservedFor: Too many: 257: must have at most 256 items"),
        ["results"] = (Status(static (status, count) => status.Allocation.Devices.Results = [.. Enumerable.Range(0, count).Select(static index => Result($"d{index}"))]), 32, "status.allocation.devices.results: Too many: 33: must have at most 32 items"),
        ["allocated configurations"] = (Status(static (status, count) => status.Allocation.Devices.Config = [.. Enumerable.Range(0, count).Select(static _ => new V1DeviceAllocationConfiguration { Source = "FromClass", Opaque = new V1OpaqueDeviceConfiguration { Driver = "d", Parameters = JsonSerializer.SerializeToElement(new { }) } })]), 64, "status.allocation.devices.config: Too many: 65: must have at most 64 items"),
        ["device's data"] = (Status(static (status, count) => status.Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "e", Data = JsonSerializer.SerializeToElement(new { a = new string('x', count - 8) }) }]), 10240, "status.devices[0].data: Too long: may not be more than 10240 bytes"),
        ["device's conditions"] = (Status(static (status, count) => status.Devices = [new V1AllocatedDeviceStatus { Driver = "d", Pool = "p", Device = "e", Conditions = [.. Enumerable.Range(0, count).Select(static index => new V1Condition { Type = $"t{index}", Status = "True", Reason = "R", LastTransitionTime = DateTime.UnixEpoch.AddDays(1) })] }]), 8, "status.devices[0].conditions: Too many: 9: must have at most 8 items"),
        ["device's addresses"] = (Status(static (status, count) => status.Devices = [Networked(new V1NetworkDeviceData { Ips = [.. Enumerable.Range(0, count).Select(static index => $"10.0.0.{index}/24")] })]), 16, "status.devices[0].networkData.ips: Too many: 17: must have at most 16 items"),
        ["device's interface"] = (Status(static (status, count) => status.Devices = [Networked(new V1NetworkDeviceData { InterfaceName = new string('x', count) })]), 256, "status.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes"),
        ["device's hardware address"] = (Status(static (status, count) => status.Devices = [Networked(new V1NetworkDeviceData { HardwareAddress = new string('x', count) })]), 128, "status.devices[0].networkData.hardwareAddress: Too long: may not be more than 128 bytes"),

        ["class's selectors"] = (Class(static count => $"selectors: [{Each(count, static _ => "{cel: {expression: 'true'}}")}]"), 32, "spec.selectors: Too many: 33: must have at most 32 items"),
        ["class's configurations"] = (Class(static count => $"config: [{Each(count, static _ => "{opaque: {driver: d, parameters: {}}}")}]"), 32, "spec.config: Too many: 33: must have at most 32 items"),
        ["class's resource"] = (Class(static count => $"extendedResourceName: example.com/{new string('x', count)}"), 63, $"spec.extendedResourceName: Invalid value: \"example.com/{new string('x', 64)}\": must be a valid extended resource name"),

        ["slice's devices"] = (Slice(static count => $"devices: [{Each(count, static index => $"{{name: d{index}}}")}]"), 128, "spec.devices: Too many: 129: must have at most 128 items"),
        ["slice's devices, one of them tainted"] = (Slice(static count => $"devices: [{{name: t, taints: [{{key: k, effect: None}}]}}, {Each(count - 1, static index => $"{{name: d{index}}}")}]"), 64, "spec.devices: Too many: 65: must have at most 64 items"),
        ["slice's devices, one of them with counters"] = (Slice(static count => $"devices: [{{name: t, consumesCounters: [{{counterSet: s, counters: {{c: {{value: 1}}}}}}]}}, {Each(count - 1, static index => $"{{name: d{index}}}")}]"), 64, "spec.devices: Too many: 65: must have at most 64 items"),
        ["device's taints"] = (Slice(static count => $"devices: [{{name: d, taints: [{Each(count, static index => $"{{key: k{index}, effect: NoExecute}}")}]}}]"), 16, "spec.devices[0].taints: Too many: 17: must have at most 16 items"),
        ["device's attributes"] = (Slice(static count => $"devices: [{{name: d, attributes: {{{Each(count - 1, static index => $"a{index}: {{bool: true}}")}}}, capacity: {{c: {{value: 1}}}}}}]"), 32, "spec.devices[0]: Invalid value: 33: the total number of attributes and capacities must not exceed 32"),
        ["device's attribute name"] = (Slice(static count => $"devices: [{{name: d, attributes: {{{new string('x', count)}: {{int: 1}}}}}}]"), 32, "spec.devices[0].attributes: Too long: may not be more than 32 bytes"),
        ["device's attribute domain"] = (Slice(static count => $"devices: [{{name: d, attributes: {{{new string('x', count)}/a: {{int: 1}}}}}}]"), 63, "spec.devices[0].attributes: Too long: may not be more than 63 bytes"),
        ["device's text"] = (Slice(static count => $"devices: [{{name: d, attributes: {{a: {{string: {new string('x', count)}}}}}}}]"), 64, "spec.devices[0].attributes[a].string: Too long: may not be more than 64 bytes"),
        ["device's version"] = (Slice(static count => $"devices: [{{name: d, attributes: {{a: {{version: 1.2.3-{new string('x', count - 6)}}}}}}}]"), 64, "spec.devices[0].attributes[a].version: Too long: may not be more than 64 bytes"),
        ["device's sets of counters"] = (Slice(static count => $"devices: [{{name: d, consumesCounters: [{Each(count, static index => $"{{counterSet: s{index}, counters: {{c: {{value: 1}}}}}}")}]}}]"), 2, "spec.devices[0].consumesCounters: Too many: 3: must have at most 2 items"),
        ["device's counters"] = (Slice(static count => $"devices: [{{name: d, consumesCounters: [{{counterSet: s, counters: {{{Each(count, static index => $"c{index}: {{value: 1}}")}}}}}]}}]"), 32, "spec.devices[0].consumesCounters[0].counters: Too many: 33: must have at most 32 items"),
        ["slice's sets of counters"] = (Slice(static count => $"sharedCounters: [{Each(count, static index => $"{{name: s{index}, counters: {{c: {{value: 1}}}}}}")}]"), 8, "spec.sharedCounters: Too many: 9: must have at most 8 items"),
        ["slice's counters"] = (Slice(static count => $"sharedCounters: [{{name: s, counters: {{{Each(count, static index => $"c{index}: {{value: 1}}")}}}}}]"), 32, "spec.sharedCounters[0].counters: Too many: 33: must have at most 32 items"),
        ["device's conditions before binding"] = (Slice(static count => $"devices: [{{name: d, bindingConditions: [{Each(count, static index => $"c{index}")}], bindingFailureConditions: [f]}}]"), 4, "spec.devices[0].bindingConditions: Too many: 5: must have at most 4 items"),
        ["device's failures before binding"] = (Slice(static count => $"devices: [{{name: d, bindingFailureConditions: [{Each(count, static index => $"c{index}")}], bindingConditions: [f]}}]"), 4, "spec.devices[0].bindingFailureConditions: Too many: 5: must have at most 4 items"),
        ["policy's values"] = (Slice(static count => $"devices: [{{name: d, allowMultipleAllocations: true, capacity: {{c: {{value: 20, requestPolicy: {{default: 1, validValues: [{Each(count, static index => $"{index + 1}")}]}}}}}}}}]"), 10,
            "spec.devices[0].capacity[c].requestPolicy.validValues: Too many: 11: must have at most 10 items\nspec.devices[0].capacity[c].requestPolicy.validValues: Invalid value: \"1\": default value is not valid according to the requestPolicy"),
        ["slice's pool"] = (static count => Declared.CreateFaults<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{driver: d, allNodes: true, pool: {{name: {string.Join('/', new string('x', count - 2 * 63 - 2), new string('y', 63), new string('z', 63))}, resourceSliceCount: 1}}}}}}"), 253,
            "spec.pool.name: Too long: may not be more than 253 bytes"),
    };

    public static TheoryData<string> Names => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Bound_OfTheCase_IsWhereUpstreamHasIt(string name)
    {
        var (faults, most, fault) = Bounds[name];
        Assert.Equal("", faults(most));
        Assert.Equal(fault, faults(most + 1));
    }

    [Theory]
    [InlineData("device.driver == 'dra.example.com'", "")]
    [InlineData("'a.example.com' in device.attributes && device.attributes['a.example.com'].all(k, device.attributes['a.example.com'][k] == k)", "")]
    [InlineData("device.capacity['a.example.com'].m.compareTo(quantity('1Gi')) >= 0 && device.allowMultipleAllocations", "")]
    [InlineData("device.attributes['a.example.com'].model.matches('^(A100|H100)')", "")]
    [InlineData("cel.bind(a, device.attributes['a.example.com'], a.x == 1 || a.y.isGreaterThan(semver('1.2.3')))", "")]
    [InlineData("N.all(a, N.all(b, N.all(c, N.all(d, N.all(e, N.all(f, f < 11))))))", "Forbidden: too complex, exceeds cost limit")]
    [InlineData("N.all(a, N.all(b, N.all(c, N.all(d, N.all(e, N.all(f, N.all(g, int('1'.find('[0-9]*')) < 100)))))))", "Forbidden: too complex, exceeds cost limit")]
    [InlineData("device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b == c + d))))", "Forbidden: too complex, exceeds cost limit")]
    [InlineData("device.count > 1", "Invalid value: \"device.count > 1\": compilation failed: ERROR: <input>:1:7: undefined field 'count'\n | device.count > 1\n | ......^")]
    public void Expression_OfADevice_IsBoundByItsCost(string expression, string fault)
    {
        expression = expression.Replace("N.", Numbers + ".", StringComparison.Ordinal);
        var devices = new V1DeviceClass { Metadata = new V1ObjectMeta { Name = "c" }, Spec = new V1DeviceClassSpec { Selectors = [new V1DeviceSelector { Cel = new V1CELDeviceSelector { Expression = expression } }] } };
        Assert.Equal(fault.Length == 0 ? "" : $"spec.selectors[0].cel.expression: {fault}", Declared.CreateFaults(devices));
    }

    // Sixteen at most, say the documents; but no rule upstream does.
    [Fact]
    public void Tolerations_AreAsManyAsOneLikes()
        => Assert.Equal("", Claim(static count => $"requests: [{{name: r, exactly: {{deviceClassName: c, tolerations: [{Each(count, static index => $"{{key: k{index}, operator: Exists}}")}]}}}}]")(40));

    // Lists of values are of a feature that is off.
    [Fact]
    public void Attributes_OfLists_AreDropped()
    {
        var slice = Declared.Created<V1ResourceSlice>("{metadata: {name: s}, spec: {driver: d, allNodes: true, pool: {name: p, resourceSliceCount: 1}, devices: [{name: d, attributes: {a: {int: 1, ints: [1, 2]}, b: {strings: [x]}}}]}}");
        Assert.Equal("""{"a":{"int":1},"b":{}}""", JsonSerializer.Serialize(slice.Spec.Devices[0].Attributes, ApiJson.Options));
        Assert.Equal("spec.devices[0].attributes[b]: Invalid value: \"\": exactly one value must be specified", Declared.CreateFaults(slice));
        var changed = Declared.Updated(slice, static item => item.Spec.Devices[0].Attributes["a"].Bools = [true]);
        Assert.Null(changed.Spec.Devices[0].Attributes["a"].Bools);
        // Counted all the same, as upstream does.
        Assert.Equal(2, changed.Metadata.Generation);
    }

    [Theory]
    [InlineData("d.example.com", "")]
    [InlineData("D.example.com", "spec.driver: driver names should be lowercase; \"D.example.com\" contains uppercase characters")]
    public void Driver_OfASliceInUpperCase_IsWarnedOf(string driver, string warning)
    {
        var slice = Declared.Created<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{driver: {driver}, allNodes: true, pool: {{name: p, resourceSliceCount: 1}}}}}}");
        Assert.Equal(("", warning), (Declared.CreateFaults(slice), string.Join(',', Declared.Of<V1ResourceSlice>().WarningsFor(slice, null))));
        Assert.Equal(warning, string.Join(',', Declared.Of<V1ResourceSlice>().WarningsFor(slice, slice)));
    }

    private static Func<int, string> Claim(Func<int, string> devices) => count => Declared.CreateFaults<Resourcev1ResourceClaim>($"{{metadata: {{name: c}}, spec: {{devices: {{{devices(count)}}}}}}}");

    private static Func<int, string> Class(Func<int, string> spec) => count => Declared.CreateFaults<V1DeviceClass>($"{{metadata: {{name: c}}, spec: {{{spec(count)}}}}}");

    private static Func<int, string> Slice(Func<int, string> spec) => count => Declared.CreateFaults<V1ResourceSlice>($"{{metadata: {{name: s}}, spec: {{driver: d, allNodes: true, pool: {{name: p, resourceSliceCount: 1}}, {spec(count)}}}}}");

    private static Func<int, string> Status(Action<V1ResourceClaimStatus, int> change) => count =>
    {
        var claim = Declared.Created<Resourcev1ResourceClaim>($"{{metadata: {{name: c}}, spec: {{devices: {{requests: [{{{Request}}}]}}}}}}");
        return Declared.StatusFaults(claim, item =>
        {
            item.Status = new V1ResourceClaimStatus { Allocation = new V1AllocationResult { Devices = new V1DeviceAllocationResult { Results = [Result("e")] } } };
            change(item.Status, count);
        });
    };

    private static V1DeviceRequestAllocationResult Result(string device) => new() { Request = "r", Driver = "d", Pool = "p", Device = device };

    private static V1AllocatedDeviceStatus Networked(V1NetworkDeviceData data) => new() { Driver = "d", Pool = "p", Device = "e", NetworkData = data };

    private static string Each(int count, Func<int, string> make) => string.Join(", ", Enumerable.Range(0, count).Select(make));

    private static string Padded(string text, int length) => text + new string(' ', length - text.Length);
}
