using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>Holds pods to the pod security standard that their namespace names by labels.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/security/pod-security-admission/</remarks>
internal sealed class PodSecurityAdmission : IValidatingAdmission
{
    private const string AuditPrefix = "pod-security.kubernetes.io/";
    private readonly PodSecurityEvaluator _evaluator;
    private readonly IObjectLookup _objects;
    private readonly PodSecurityOptions _options;
    private readonly SecurityPolicy _defaults;
    private readonly NamespacePods _pods;

    public PodSecurityAdmission(PodSecurityEvaluator evaluator, IObjectLookup objects, IOptions<ApiServerOptions> options, TimeProvider time)
    {
        _evaluator = evaluator;
        _objects = objects;
        _options = options.Value.PodSecurity;
        _defaults = new SecurityPolicy(
            LevelOf(_options.Enforce, _options.EnforceVersion), LevelOf(_options.Audit, _options.AuditVersion), LevelOf(_options.Warn, _options.WarnVersion));
        _pods = new NamespacePods(evaluator, objects, time);
    }

    public string Name => "PodSecurity";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation is (AdmissionOperation.Create or AdmissionOperation.Update) && (resource switch
        {
            { Group.Length: 0, Resource: "namespaces" } => subresource.Length == 0,
            { Group.Length: 0, Resource: "pods" } => subresource is not ("exec" or "attach" or "binding" or "eviction" or "log" or "portforward" or "proxy" or "status"),
            _ => subresource.Length == 0 && PodTemplatesOf.Has(resource),
        });

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        switch (request.Object)
        {
            case V1Namespace home: CheckNamespace(request, home); break;
            case V1Pod pod: await CheckPodAsync(request, pod, cancellationToken).ConfigureAwait(false); break;
            default: await CheckTemplateAsync(request, cancellationToken).ConfigureAwait(false); break;
        }
    }

    private static SecurityLevel LevelOf(string level, string version)
    {
        SecurityLevel.TryLevel(level, out var parsed);
        SecurityLevel.TryVersion(version, out var minor);
        return new SecurityLevel(parsed, minor);
    }

    private void CheckNamespace(AdmissionRequest request, V1Namespace home)
    {
        var errors = new FieldErrors();
        var policy = SecurityPolicy.Of(home.Metadata?.Labels, _defaults, errors);
        if (request.OldObject is not V1Namespace old)
        {
            if (errors.Count > 0) { throw ApiErrors.Invalid(request.Kind, AdmissionRefusal.NameOf(request), errors); }
            if (_options.ExemptNamespaces.Contains(AdmissionRefusal.NameOf(request))) { WarnOfExemption(request, home, policy); }
            return;
        }

        var oldErrors = new FieldErrors();
        var oldPolicy = SecurityPolicy.Of(old.Metadata?.Labels, _defaults, oldErrors);
        if (errors.Count > 0 && errors.ToString() != oldErrors.ToString()) { throw ApiErrors.Invalid(request.Kind, AdmissionRefusal.NameOf(request), errors); }
        var isRelaxed = policy.Enforce.Minor == oldPolicy.Enforce.Minor && policy.Enforce.Level <= oldPolicy.Enforce.Level;
        if (policy.Enforce == oldPolicy.Enforce || policy.Enforce.Level == PodSecurityLevel.Privileged || isRelaxed) { return; }
        if (_options.ExemptNamespaces.Contains(request.Name)) { WarnOfExemption(request, home, policy); return; }
        foreach (var warning in _pods.Warnings(request.Name, policy.Enforce, spec => IsExempt(spec))) { request.Warnings.Add(warning); }
    }

    // Labels that mean nothing are worth a word.
    private void WarnOfExemption(AdmissionRequest request, V1Namespace home, SecurityPolicy policy)
    {
        if (policy.IsPrivileged || policy == _defaults) { return; }
        var parts = new List<string>();
        Add("enforce", policy.Enforce);
        Add("audit", policy.Audit);
        Add("warn", policy.Warn);
        request.Warnings.Add($"namespace \"{AdmissionRefusal.NameOf(request)}\" is exempt from Pod Security, and the policy ({string.Join(", ", parts)}) will be ignored");

        void Add(string mode, SecurityLevel level)
        {
            var isSaid = home.Metadata?.Labels is { } labels && (labels.ContainsKey($"{AuditPrefix}{mode}") || labels.ContainsKey($"{AuditPrefix}{mode}-version"));
            if (isSaid && level.Level != PodSecurityLevel.Privileged) { parts.Add($"{mode}={level}"); }
        }
    }

    private async ValueTask CheckPodAsync(AdmissionRequest request, V1Pod pod, CancellationToken cancellationToken)
    {
        if (IsExempt(request)) { return; }
        var (policy, fault) = await PolicyOfAsync(request, cancellationToken).ConfigureAwait(false);
        if (fault is null && policy.IsPrivileged) { return; }
        if (request is { Operation: AdmissionOperation.Update, OldObject: V1Pod old } && !SignificantChange.Between(pod, old)) { return; }
        Evaluate(request, policy, fault, pod.Metadata, pod.Spec, enforce: true);
    }

    private async ValueTask CheckTemplateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (PodTemplatesOf.Find(request.Object) is not { Spec: { } spec } template || IsExempt(request)) { return; }
        var (policy, fault) = await PolicyOfAsync(request, cancellationToken).ConfigureAwait(false);
        if (fault is null && policy.Audit.Level == PodSecurityLevel.Privileged && policy.Warn.Level == PodSecurityLevel.Privileged) { return; }
        Evaluate(request, policy, fault, template.Metadata, spec, enforce: false);
    }

    private void Evaluate(AdmissionRequest request, SecurityPolicy policy, string? fault, V1ObjectMeta? metadata, V1PodSpec spec, bool enforce)
    {
        if (IsExempt(spec))
        {
            Note(request, "exempt", "runtimeClass");
            return;
        }

        if (fault is not null) { Note(request, "error", $"Failed to parse policy: {fault}"); }
        var enforced = enforce ? _evaluator.Evaluate(policy.Enforce, metadata, spec) : [];
        if (enforce) { Note(request, "enforce-policy", policy.Enforce.ToString()); }
        var audited = enforce && policy.Audit == policy.Enforce ? enforced : _evaluator.Evaluate(policy.Audit, metadata, spec);
        if (audited.Count > 0) { Note(request, "audit-violations", Would(policy.Audit, audited)); }
        if (enforced.Count > 0) { throw AdmissionRefusal.Forbidden(request, $"violates PodSecurity \"{policy.Enforce}\": {SecurityViolation.Details(enforced)}"); }

        // Who is refused needs no warning.
        var warned = policy.Warn == policy.Audit ? audited : _evaluator.Evaluate(policy.Warn, metadata, spec);
        if (warned.Count > 0) { request.Warnings.Add(Would(policy.Warn, warned)); }
    }

    private static string Would(SecurityLevel level, IReadOnlyList<SecurityViolation> violations) => $"would violate PodSecurity \"{level}\": {SecurityViolation.Details(violations)}";

    private static void Note(AdmissionRequest request, string key, string value) => request.AuditAnnotations.TryAdd(AuditPrefix + key, value);

    private bool IsExempt(AdmissionRequest request)
    {
        var by = _options.ExemptNamespaces.Contains(request.Namespace) ? "namespace" : _options.ExemptUsernames.Contains(request.User.Name) ? "user" : null;
        if (by is not null) { Note(request, "exempt", by); }
        return by is not null;
    }

    private bool IsExempt(V1PodSpec spec) => !string.IsNullOrEmpty(spec.RuntimeClassName) && _options.ExemptRuntimeClasses.Contains(spec.RuntimeClassName);

    private async ValueTask<(SecurityPolicy Policy, string? Fault)> PolicyOfAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Cluster(request.Namespace);
        var home = _objects.Find<V1Namespace>(key);
        if (home is null)
        {
            await _objects.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            home = _objects.Find<V1Namespace>(key) ?? throw ApiErrors.Internal($"failed to lookup namespace \"{request.Namespace}\"");
        }

        if (home.Metadata.Labels is not { Count: > 0 } labels) { return (_defaults, null); }
        var errors = new FieldErrors();
        var policy = SecurityPolicy.Of(labels, _defaults, errors);
        return (policy, errors.Count == 0 ? null : errors.ToString());
    }
}
