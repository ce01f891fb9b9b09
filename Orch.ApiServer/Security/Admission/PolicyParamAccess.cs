using k8s.Models;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Nobody lets an admission policy read parameters that they may not read themselves.</summary>
internal sealed class PolicyParamAccess(AuthorizationDecider decider, ResourceCatalog catalog, IObjectLookup objects) : IValidatingAdmission
{
    private const string Group = "admissionregistration.k8s.io";

    public string Name => "PolicyParamAccess";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => resource.Group == Group && subresource.Length == 0 && operation is (AdmissionOperation.Create or AdmissionOperation.Update)
            && !resource.Resource.EndsWith("webhookconfigurations", StringComparison.Ordinal);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.User.IsInGroup(UserGroups.Masters)) { return ValueTask.CompletedTask; }
        return (request.Object, request.OldObject) switch
        {
            (V1ValidatingAdmissionPolicy now, var old) => CheckKindAsync(request, now.Spec?.ParamKind, (old as V1ValidatingAdmissionPolicy)?.Spec?.ParamKind, cancellationToken),
            (V1MutatingAdmissionPolicy now, var old) => CheckKindAsync(request, now.Spec?.ParamKind, (old as V1MutatingAdmissionPolicy)?.Spec?.ParamKind, cancellationToken),
            (V1ValidatingAdmissionPolicyBinding now, var old) => CheckReferenceAsync(
                request, now.Spec?.ParamRef, (old as V1ValidatingAdmissionPolicyBinding)?.Spec, now.Spec,
                () => objects.Find<V1ValidatingAdmissionPolicy>(ObjectKey.Cluster(now.Spec?.PolicyName ?? string.Empty))?.Spec?.ParamKind, cancellationToken),
            (V1MutatingAdmissionPolicyBinding now, var old) => CheckReferenceAsync(
                request, now.Spec?.ParamRef, (old as V1MutatingAdmissionPolicyBinding)?.Spec, now.Spec,
                () => objects.Find<V1MutatingAdmissionPolicy>(ObjectKey.Cluster(now.Spec?.PolicyName ?? string.Empty))?.Spec?.ParamKind, cancellationToken),
            _ => ValueTask.CompletedTask,
        };
    }

    private async ValueTask CheckKindAsync(AdmissionRequest request, V1ParamKind? kind, V1ParamKind? old, CancellationToken cancellationToken)
    {
        if (kind is null || (old is not null && ContentEquality.Same(kind, old))) { return; }
        if (await MayAsync(request.User, "get", kind, "*", "*", cancellationToken).ConfigureAwait(false)) { return; }
        throw Refusal(request, "paramKind",
            $"user {Shown(request.User)} must have \"get\" permission on all objects of the referenced paramKind (kind={kind.Kind}, apiVersion={kind.ApiVersion})");
    }

    private async ValueTask CheckReferenceAsync(
        AdmissionRequest request, V1ParamRef? reference, object? oldSpec, object? spec, Func<V1ParamKind?> kindOfPolicy, CancellationToken cancellationToken)
    {
        if (reference is null || (oldSpec is not null && ContentEquality.Same(spec, oldSpec))) { return; }
        var kind = kindOfPolicy();
        if (kind is null)
        {
            // The policy may have been made a moment ago, and an unknown kind asks for the right to everything.
            await objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            kind = kindOfPolicy();
        }

        var verb = string.IsNullOrEmpty(reference.Name) ? "list" : "get";
        var place = string.IsNullOrEmpty(reference.NamespaceProperty) ? "*" : reference.NamespaceProperty;
        if (await MayAsync(request.User, verb, kind, place, reference.Name ?? string.Empty, cancellationToken).ConfigureAwait(false)) { return; }
        throw Refusal(request, "paramRef", $"user {Shown(request.User)} does not have \"{verb}\" permission on the object referenced by paramRef");
    }

    // Whatever is not known is everything.
    private async ValueTask<bool> MayAsync(UserInfo user, string verb, V1ParamKind? kind, string place, string name, CancellationToken cancellationToken)
    {
        var parts = kind?.ApiVersion?.Split('/');
        var (group, version) = parts switch { [var only] => (string.Empty, only), [var first, var second] => (first, second), _ => ("*", "*") };
        var resource = catalog.All.FirstOrDefault(item => item.Kind.Group == group && item.Kind.Version == version && item.Kind.Kind == kind?.Kind)?.Resource.Resource ?? "*";
        var asked = new AuthorizationAttributes(user, verb) { Group = group, Version = version, Resource = resource, Namespace = place, Name = name };
        return (await decider(asked, cancellationToken).ConfigureAwait(false)).Verdict == AuthorizationVerdict.Allow;
    }

    private static string Shown(UserInfo user) => $"&{{{user.Name} {user.Uid} [{string.Join(' ', user.Groups)}] map[]}}";

    private static ApiException Refusal(AdmissionRequest request, string field, string text)
    {
        var errors = new FieldErrors();
        errors.Forbidden(FieldPath.Of("spec").Child(field), text);
        return ApiErrors.Invalid(request.Kind, request.Name, errors);
    }
}
