using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what drivers say of the devices they have.</summary>
internal static class ResourceSliceRules
{
    private const string OnePlace = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

    /// <summary>A slice, beside what is stored.</summary>
    public static void Validate(V1ResourceSliceSpec spec, V1ResourceSliceSpec? old, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        DeviceNameRules.Driver(spec.Driver, path.Child("driver"), errors);
        var pool = spec.Pool ?? new V1ResourcePool();
        DeviceNameRules.Pool(pool.Name, path.Child("pool").Child("name"), errors);
        if (pool.ResourceSliceCount <= 0) { errors.Invalid(path.Child("pool").Child("resourceSliceCount"), pool.ResourceSliceCount, "must be greater than zero"); }
        if (pool.Generation < 0) { errors.Invalid(path.Child("pool").Child("generation"), pool.Generation, "must be greater than or equal to zero"); }
        if (old is not null)
        {
            ImmutableRule.Check(pool.Name, old.Pool?.Name, path.Child("pool").Child("name"), errors);
            ImmutableRule.Check(spec.Driver, old.Driver, path.Child("driver"), errors);
            ImmutableRule.Check(spec.NodeName, old.NodeName, path.Child("nodeName"), errors);
        }

        Place(spec, path, errors);
        if (spec.SharedCounters is not null && spec.Devices is not null) { errors.Invalid(path, string.Empty, "only one of `sharedCounters` or `devices` is allowed"); }
        var isAdvanced = spec.Devices?.Any(static device => device.Taints is { Count: > 0 } || device.ConsumesCounters is { Count: > 0 }) == true;
        DeviceLists.Unique(spec.Devices, isAdvanced ? DeviceLimits.AdvancedDevices : DeviceLimits.Devices, path.Child("devices"), errors, static device => device.Name ?? string.Empty,
            (device, at) => DeviceRules.Validate(device, old?.Devices?.FirstOrDefault(item => item.Name == device.Name), spec.PerDeviceNodeSelection == true, at, errors));
        DeviceLists.Unique(spec.SharedCounters, DeviceLimits.CounterSets, path.Child("sharedCounters"), errors, static set => set.Name ?? string.Empty, (set, at) =>
        {
            Name(set.Name, at.Child("name"), errors);
            DeviceRules.Counters(set.Counters, at.Child("counters"), errors);
        });
    }

    /// <summary>A label that must be given.</summary>
    public static void Name(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path); }
        else { DeviceNameRules.Label(name, path, errors); }
    }

    private static void Place(V1ResourceSliceSpec spec, FieldPath path, FieldErrors errors)
    {
        var fields = new List<string>();
        if (spec.NodeName is { Length: > 0 } node)
        {
            fields.Add("`nodeName`");
            NameRules.DnsSubdomain(node, false, path.Child("nodeName"), errors);
        }
        else if (spec.NodeName is not null)
        {
            errors.Invalid(path.Child("nodeName"), string.Empty, "must be either unset or set to a non-empty string");
        }

        if (spec.NodeSelector is { } selector)
        {
            fields.Add("`nodeSelector`");
            Orch.ApiServer.Validation.Pods.AffinityRules.NodeSelector(selector, true, path.Child("nodeSelector"), errors);
            if (selector.NodeSelectorTerms?.Count != 1) { errors.Invalid(path.Child("nodeSelector").Child("nodeSelectorTerms"), selector.NodeSelectorTerms ?? [], "must have exactly one node selector term"); }
        }

        Flag(spec.AllNodes, "allNodes", fields, path, errors);
        Flag(spec.PerDeviceNodeSelection, "perDeviceNodeSelection", fields, path, errors);
        if (fields.Count == 0) { errors.Required(path, OnePlace); }
        else if (fields.Count > 1) { errors.Invalid(path, $"{{{string.Join(", ", fields)}}}", $"{OnePlace}, but multiple fields are set"); }
    }

    private static void Flag(bool? value, string field, List<string> fields, FieldPath path, FieldErrors errors)
    {
        if (value == true) { fields.Add($"`{field}`"); }
        else if (value == false) { errors.Invalid(path.Child(field), false, "must be either unset or set to true"); }
    }
}
