using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what a claim asks for.</summary>
internal static class DeviceClaimRules
{
    private const string UnknownRequest = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

    /// <summary>Requests, constraints and configurations.</summary>
    public static void Validate(V1DeviceClaim? claim, FieldPath path, FieldErrors errors)
    {
        if (claim is null) { return; }
        DeviceLists.Unique(claim.Requests, DeviceLimits.Requests, path.Child("requests"), errors, static request => request.Name ?? string.Empty, (request, at) => Request(request, at, errors));
        DeviceLists.Each(claim.Constraints, DeviceLimits.Constraints, path.Child("constraints"), errors, (constraint, at) => Constraint(constraint, claim, at, errors));
        DeviceLists.Each(claim.Config, DeviceLimits.Configurations, path.Child("config"), errors, (config, at) =>
        {
            References(config.Requests, claim, at.Child("requests"), errors);
            DevicePartRules.Configuration(config.Opaque, at, isStored: false, errors);
        });
    }

    /// <summary>Names of requests, or of requests and subrequests, each once.</summary>
    public static void References(IList<string>? names, V1DeviceClaim? claim, FieldPath path, FieldErrors errors)
        => DeviceLists.Unique(names, DeviceLimits.Requests, path, errors, static name => name ?? string.Empty, (name, at) => Reference(name, claim, at, errors));

    /// <summary>The name of a request, or of a request and a subrequest.</summary>
    public static void Reference(string? name, V1DeviceClaim? claim, FieldPath path, FieldErrors errors)
    {
        name ??= string.Empty;
        var parts = name.Split('/');
        if (parts.Length > 2)
        {
            errors.Invalid(path, name, UnknownRequest);
            return;
        }

        foreach (var part in parts) { DeviceNameRules.Label(part, path, errors); }
        var request = claim?.Requests?.LastOrDefault(item => item.Name == parts[0]);
        var isKnown = request is not null && (parts.Length == 1 || request.FirstAvailable?.Any(item => item.Name == parts[1]) == true);
        if (!isKnown) { errors.Invalid(path, name, UnknownRequest); }
    }

    private static void Request(V1DeviceRequest request, FieldPath path, FieldErrors errors)
    {
        DeviceNameRules.Label(request.Name, path.Child("name"), errors);
        var hasFirst = request.FirstAvailable is { Count: > 0 };
        if (!hasFirst && request.Exactly is null) { errors.Required(path, "exactly one of `exactly` or `firstAvailable` is required"); }
        else if (hasFirst && request.Exactly is not null) { errors.Invalid(path, null, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set"); }
        else if (hasFirst)
        {
            DeviceLists.Unique(request.FirstAvailable, DeviceLimits.SubRequests, path.Child("firstAvailable"), errors, static item => item.Name ?? string.Empty, (item, at) =>
            {
                DeviceNameRules.Label(item.Name, at.Child("name"), errors);
                Devices(item.DeviceClassName, item.Selectors, item.AllocationMode, item.Count ?? 0, item.Tolerations, at, errors);
            });
        }
        else
        {
            var exact = request.Exactly!;
            Devices(exact.DeviceClassName, exact.Selectors, exact.AllocationMode, exact.Count ?? 0, exact.Tolerations, path.Child("exactly"), errors);
        }
    }

    private static void Devices(
        string? className, IList<V1DeviceSelector>? selectors, string? mode, long count, IList<V1DeviceToleration>? tolerations, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(className)) { errors.Required(path.Child("deviceClassName")); }
        else { NameRules.DnsSubdomain(className, false, path.Child("deviceClassName"), errors); }
        DevicePartRules.Selectors(selectors, path.Child("selectors"), isStored: false, errors);
        switch (mode)
        {
            case "All":
                if (count != 0) { errors.Invalid(path.Child("count"), count, "must not be specified when allocationMode is 'All'"); }
                break;
            case "ExactCount":
                if (count <= 0) { errors.Invalid(path.Child("count"), count, "must be greater than zero"); }
                break;
            default:
                errors.NotSupported(path.Child("allocationMode"), mode ?? string.Empty, "All", "ExactCount");
                break;
        }

        DevicePartRules.Tolerations(tolerations, path.Child("tolerations"), errors);
    }

    private static void Constraint(V1DeviceConstraint constraint, V1DeviceClaim claim, FieldPath path, FieldErrors errors)
    {
        References(constraint.Requests, claim, path.Child("requests"), errors);
        if (constraint.MatchAttribute is { } match) { DeviceNameRules.FullyQualified(match, path.Child("matchAttribute"), errors); }
        else if (constraint.DistinctAttribute is { } distinct) { DeviceNameRules.FullyQualified(distinct, path.Child("distinctAttribute"), errors); }
        else { errors.Required(path, "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set"); }
    }
}
