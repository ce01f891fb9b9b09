using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what a claim was given and who uses it.</summary>
internal static class ClaimStatusRules
{
    /// <summary>A change of the status.</summary>
    public static void Validate(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old, FieldErrors errors)
    {
        var path = FieldPath.Of("status");
        var status = value.Status ?? new V1ResourceClaimStatus();
        DeviceLists.Unique(status.ReservedFor, DeviceLimits.Consumers, path.Child("reservedFor"), errors, static consumer => consumer.Uid ?? string.Empty, (consumer, at) =>
        {
            if (string.IsNullOrEmpty(consumer.Resource)) { errors.Required(at.Child("resource")); }
            if (string.IsNullOrEmpty(consumer.Name)) { errors.Required(at.Child("name")); }
            if (string.IsNullOrEmpty(consumer.Uid)) { errors.Required(at.Child("uid")); }
        });
        var allocated = (status.Allocation?.Devices?.Results ?? []).Select(static item => new DeviceId(item.Driver, item.Pool, item.Device, item.ShareID)).ToHashSet();
        DeviceLists.Unique(status.Devices, int.MaxValue, path.Child("devices"), errors,
            static device => new ShownAs(DeviceId.Of(device).ToString()), (device, at) => Device(device, allocated, at, errors));
        Reservations(value, old, path.Child("reservedFor"), errors);
        if (status.Allocation is not { } allocation) { return; }
        if (old.Status?.Allocation is { } before) { ImmutableRule.Check(allocation, before, path.Child("allocation"), errors); }
        else { Allocation(allocation, value.Spec?.Devices, path.Child("allocation"), errors); }
    }

    private static void Reservations(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old, FieldPath path, FieldErrors errors)
    {
        if (value.Status?.ReservedFor is not { Count: > 0 } consumers) { return; }
        if (value.Status.Allocation is null) { errors.Forbidden(path, "may not be specified when `allocated` is not set"); }
        else if (value.Metadata.DeletionTimestamp is not null && consumers.Any(consumer => old.Status?.ReservedFor?.Any(item => ContentEquality.Same(item, consumer)) != true))
        {
            errors.Forbidden(path, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
        }
    }

    private static void Allocation(V1AllocationResult allocation, V1DeviceClaim? claim, FieldPath path, FieldErrors errors)
    {
        var devices = path.Child("devices");
        DeviceLists.Each(allocation.Devices?.Results, DeviceLimits.Results, devices.Child("results"), errors, (result, at) =>
        {
            DeviceClaimRules.Reference(result.Request, claim, at.Child("request"), errors);
            DeviceNameRules.Driver(result.Driver, at.Child("driver"), errors);
            DeviceNameRules.Pool(result.Pool, at.Child("pool"), errors);
            DeviceNameRules.Label(result.Device, at.Child("device"), errors);
            DevicePartRules.Binding(result.BindingConditions, result.BindingFailureConditions, at, errors);
            DevicePartRules.Tolerations(result.Tolerations, at.Child("tolerations"), errors);
            if (result.ShareID is { } share) { DeviceNameRules.Uid(share, at.Child("shareID"), errors); }
        });
        DeviceLists.Each(allocation.Devices?.Config, 2 * DeviceLimits.Configurations, devices.Child("config"), errors, (config, at) =>
        {
            if (string.IsNullOrEmpty(config.Source)) { errors.Required(at.Child("source")); }
            else if (config.Source is not ("FromClaim" or "FromClass")) { errors.NotSupported(at.Child("source"), config.Source, "FromClaim", "FromClass"); }
            DeviceClaimRules.References(config.Requests, claim, at.Child("requests"), errors);
            DevicePartRules.Configuration(config.Opaque, at, isStored: false, errors);
        });
        if (allocation.NodeSelector is { } selector) { Orch.ApiServer.Validation.Pods.AffinityRules.NodeSelector(selector, true, path.Child("nodeSelector"), errors); }
    }

    private static void Device(V1AllocatedDeviceStatus device, HashSet<DeviceId> allocated, FieldPath path, FieldErrors errors)
    {
        DeviceNameRules.Driver(device.Driver, path.Child("driver"), errors);
        DeviceNameRules.Pool(device.Pool, path.Child("pool"), errors);
        DeviceNameRules.Label(device.Device, path.Child("device"), errors);
        if (device.ShareID is { } share) { DeviceNameRules.Uid(share, path.Child("shareID"), errors); }
        var id = DeviceId.Of(device);
        if (!allocated.Contains(id)) { errors.Invalid(path, new ShownAs(id.ToString()), "must be an allocated device in the claim"); }
        if (device.Conditions is { Count: > DeviceLimits.StatusConditions } many) { errors.TooMany(path.Child("conditions"), many.Count, DeviceLimits.StatusConditions); }
        ConditionRules.Validate(device.Conditions, path.Child("conditions"), errors);
        if (device.Data is not null) { DevicePartRules.Raw(device.Data, isStored: false, path.Child("data"), errors); }
        if (device.NetworkData is { } network) { Network(network, path.Child("networkData"), errors); }
    }

    private static void Network(V1NetworkDeviceData data, FieldPath path, FieldErrors errors)
    {
        if (TextRules.ByteLength(data.InterfaceName ?? string.Empty) > DeviceLimits.InterfaceNameBytes) { errors.TooLong(path.Child("interfaceName"), DeviceLimits.InterfaceNameBytes); }
        if (TextRules.ByteLength(data.HardwareAddress ?? string.Empty) > DeviceLimits.HardwareAddressBytes) { errors.TooLong(path.Child("hardwareAddress"), DeviceLimits.HardwareAddressBytes); }
        DeviceLists.Unique(data.Ips, DeviceLimits.Addresses, path.Child("ips"), errors, static text => text ?? string.Empty, (text, at) => Address(text ?? string.Empty, at, errors));
    }

    private static void Address(string text, FieldPath path, FieldErrors errors)
    {
        if (!IpRules.IsCidr(text))
        {
            errors.Invalid(path, text, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
            return;
        }

        var (address, _, length) = StrictIpRules.Parts(text);
        if (address.IsIPv4MappedToIPv6 && length >= 96) { (address, length) = (address.MapToIPv4(), length - 96); }
        var canonical = string.Create(CultureInfo.InvariantCulture, $"{StrictIpRules.Canonical(address)}/{length}");
        if (canonical != text) { errors.Invalid(path, text, $"must be in canonical form ({GoText.Quote(canonical)})"); }
    }
}
