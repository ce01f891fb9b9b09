using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for one device of a slice.</summary>
internal static class DeviceRules
{
    private const string OnePlace = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

    /// <summary>A device, beside the one of its name that is stored.</summary>
    public static void Validate(V1Device device, V1Device? old, bool isPlacedAlone, FieldPath path, FieldErrors errors)
    {
        DeviceNameRules.Label(device.Name, path.Child("name"), errors);
        var count = (device.Attributes?.Count ?? 0) + (device.Capacity?.Count ?? 0);
        if (count > DeviceLimits.AttributesAndCapacities) { errors.Invalid(path, count, $"the total number of attributes and capacities must not exceed {DeviceLimits.AttributesAndCapacities}"); }
        DeviceAttributeRules.Validate(device, path, errors);
        if (!ContentEquality.Same(old?.Capacity, device.Capacity))
        {
            DeviceLists.Map(device.Capacity, int.MaxValue, DeviceLimits.KeyLength, path.Child("capacity"), errors,
                (key, at) => DeviceNameRules.Qualified(key, at, errors), (capacity, at) => Capacity(capacity, device.AllowMultipleAllocations == true, at, errors));
        }

        if (!ContentEquality.Same(old?.Taints, device.Taints)) { DevicePartRules.Taints(device.Taints, path.Child("taints"), errors); }
        DeviceLists.Unique(device.ConsumesCounters, DeviceLimits.CounterConsumptions, path.Child("consumesCounters"), errors, static item => item.CounterSet ?? string.Empty, (item, at) =>
        {
            ResourceSliceRules.Name(item.CounterSet, at.Child("counterSet"), errors);
            Counters(item.Counters, at.Child("counters"), errors);
        });
        if (isPlacedAlone) { Place(device, path, errors); }
        else if (device.NodeName is not null || device.NodeSelector is not null || device.AllNodes is not null)
        {
            errors.Invalid(path, null, "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec");
        }

        DevicePartRules.Binding(device.BindingConditions, device.BindingFailureConditions, path, errors);
    }

    /// <summary>Counters by name.</summary>
    public static void Counters(IDictionary<string, V1Counter>? counters, FieldPath path, FieldErrors errors)
    {
        if (counters is not { Count: > 0 }) { errors.Required(path); }
        else { DeviceLists.Map(counters, DeviceLimits.Counters, 63, path, errors, (key, at) => DeviceNameRules.Label(key, at, errors), static (_, _) => { }); }
    }

    private static void Capacity(V1DeviceCapacity capacity, bool isShared, FieldPath path, FieldErrors errors)
    {
        if (capacity.RequestPolicy is not { } policy) { return; }
        if (isShared) { CapacityPolicyRules.Validate(capacity.Value, policy, path.Child("requestPolicy"), errors); }
        else { errors.Forbidden(path.Child("requestPolicy"), "allowMultipleAllocations must be true"); }
    }

    private static void Place(V1Device device, FieldPath path, FieldErrors errors)
    {
        var fields = new List<string>();
        if (device.NodeName is { Length: > 0 } node)
        {
            fields.Add("`nodeName`");
            NameRules.DnsSubdomain(node, false, path.Child("nodeName"), errors);
        }
        else if (device.NodeName is not null)
        {
            errors.Invalid(path.Child("nodeName"), string.Empty, "must not be empty");
        }

        if (device.NodeSelector is { } selector)
        {
            fields.Add("`nodeSelector`");
            Orch.ApiServer.Validation.Pods.AffinityRules.NodeSelector(selector, true, path.Child("nodeSelector"), errors);
        }

        if (device.AllNodes == true) { fields.Add("`allNodes`"); }
        else if (device.AllNodes == false) { errors.Invalid(path.Child("allNodes"), false, "must be either unset or set to true"); }
        if (fields.Count == 0) { errors.Required(path, OnePlace); }
        else if (fields.Count > 1) { errors.Invalid(path, $"{{{string.Join(", ", fields)}}}", OnePlace); }
    }
}
