using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Kinds.Devices;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Nobody changes more of a claim's status than they have the right to: what is allocated and for whom, and what each driver says of its devices.</summary>
/// <remarks>
/// The rights are those of subresources that nothing serves: <c>resourceclaims/binding</c> with the verb of the request in all namespaces, and
/// <c>resourceclaims/driver</c> by the driver's name, with <c>arbitrary-node:</c> before the verb, or <c>associated-node:</c> for the account of a pod on the one node
/// that the claim is allocated on. https://kubernetes.io/docs/concepts/security/hardening-guide/dynamic-resource-allocation/
/// </remarks>
internal sealed class ClaimStatusAccess(AuthorizationDecider decider) : IValidatingAdmission
{
    private const string Group = "resource.k8s.io";
    private const string Claims = "resourceclaims";
    private const string OwnNode = "associated-node:";
    private const string AnyNode = "arbitrary-node:";

    public string Name => "ClaimStatusAccess";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation == AdmissionOperation.Update && subresource == "status" && resource.Resource == Claims && resource.Group == Group;

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Object: Resourcev1ResourceClaim claim, OldObject: Resourcev1ResourceClaim old }) { return; }
        var now = claim.Status ?? new V1ResourceClaimStatus();
        var before = old.Status ?? new V1ResourceClaimStatus();
        var errors = new FieldErrors();
        await CheckBindingAsync(request, now, before, errors, cancellationToken).ConfigureAwait(false);
        await CheckDriversAsync(request, now, before, errors, cancellationToken).ConfigureAwait(false);
        if (errors.Count > 0) { throw ApiErrors.Invalid(request.Kind, request.Name, errors); }
    }

    private async ValueTask CheckBindingAsync(AdmissionRequest request, V1ResourceClaimStatus now, V1ResourceClaimStatus before, FieldErrors errors, CancellationToken cancellationToken)
    {
        if (ContentEquality.Same(now.Allocation, before.Allocation) && ContentEquality.Same(now.ReservedFor, before.ReservedFor)) { return; }
        var verb = VerbOf(request);
        if (await RefusalAsync(Asked(request, verb, "binding", string.Empty, string.Empty), cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            errors.Forbidden(FieldPath.Of("status"), $"changing status.allocation or status.reservedFor requires resource=\"resourceclaims/binding\", verb=\"{verb}\" permission: {refusal}");
        }
    }

    private async ValueTask CheckDriversAsync(AdmissionRequest request, V1ResourceClaimStatus now, V1ResourceClaimStatus before, FieldErrors errors, CancellationToken cancellationToken)
    {
        var drivers = DriversThatSayOther(now.Devices, before.Devices);
        if (drivers.Count == 0) { return; }
        var verb = VerbOf(request);
        string[] verbs = ClaimNode.IsThatOf(request.User, now.Allocation) ? [OwnNode + verb, AnyNode + verb] : [AnyNode + verb];
        foreach (var driver in drivers)
        {
            string? first = null;
            var isAllowed = false;
            foreach (var one in verbs)
            {
                var refusal = await RefusalAsync(Asked(request, one, "driver", request.Namespace, driver), cancellationToken).ConfigureAwait(false);
                isAllowed = refusal is null;
                if (isAllowed) { break; }
                first ??= refusal;
            }

            if (!isAllowed)
            {
                errors.Forbidden(FieldPath.Of("status").Child("devices"),
                    $"changing status.devices requires resource=\"resourceclaims/driver\", verb=\"[{string.Join(' ', verbs)}]\" permission: {first}");
            }
        }
    }

    private static string VerbOf(AdmissionRequest request) => request.IsPatch ? "patch" : "update";

    private static SortedSet<string> DriversThatSayOther(IList<V1AllocatedDeviceStatus>? now, IList<V1AllocatedDeviceStatus>? before)
    {
        var drivers = new SortedSet<string>(StringComparer.Ordinal);
        var left = new Dictionary<DeviceId, V1AllocatedDeviceStatus>();
        foreach (var device in before ?? []) { left[IdOf(device)] = device; }
        foreach (var device in now ?? [])
        {
            if (!left.Remove(IdOf(device), out var known) || !ContentEquality.Same(known, device)) { drivers.Add(device.Driver ?? string.Empty); }
        }

        foreach (var device in left.Values) { drivers.Add(device.Driver ?? string.Empty); }
        return drivers;
    }

    // No share and an empty one are the same here.
    private static DeviceId IdOf(V1AllocatedDeviceStatus device) => DeviceId.Of(device) with { Share = device.ShareID ?? string.Empty };

    private static AuthorizationAttributes Asked(AdmissionRequest request, string verb, string subresource, string place, string name)
        => new(request.User, verb) { Group = Group, Version = request.Resource.Version, Resource = Claims, Subresource = subresource, Namespace = place, Name = name };

    private async ValueTask<string?> RefusalAsync(AuthorizationAttributes asked, CancellationToken cancellationToken)
    {
        var decision = await decider(asked, cancellationToken).ConfigureAwait(false);
        return decision.Verdict == AuthorizationVerdict.Allow ? null : AuthorizationChain.Refusal(asked, decision.Reason).Status.Message;
    }
}
