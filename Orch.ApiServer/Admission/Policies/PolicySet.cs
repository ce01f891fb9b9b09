using k8s;
using k8s.Models;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>All bound policies of one sort; what has not changed is not compiled again.</summary>
/// <typeparam name="TPolicy">The policy's model.</typeparam>
/// <typeparam name="TBinding">The binding's model.</typeparam>
/// <typeparam name="TCompiled">What is made of them.</typeparam>
internal sealed class PolicySet<TPolicy, TBinding, TCompiled>(
    IObjectLookup objects, Func<TBinding, string?> policyOf, Func<TBinding, PolicyBinding> bind, Func<TPolicy, IReadOnlyList<PolicyBinding>, TCompiled> compile)
    where TPolicy : class, IKubernetesObject<V1ObjectMeta>
    where TBinding : class, IKubernetesObject<V1ObjectMeta>
    where TCompiled : IBoundPolicy
{
    private readonly Lock _gate = new();
    private Compiled _compiled = new(0, 0, []);

    /// <summary>Ordered by name; usually empty, which costs next to nothing to find out.</summary>
    public IReadOnlyList<TCompiled> All
    {
        get
        {
            var (policies, bindings) = (objects.Version<TPolicy>(), objects.Version<TBinding>());
            var compiled = Volatile.Read(ref _compiled);
            return compiled.Policies == policies && compiled.Bindings == bindings ? compiled.Ready : Compile(policies, bindings);
        }
    }

    /// <summary>Whether some policy may want such a request.</summary>
    public bool MayHandle(AdmissionOperation operation, GroupVersionResource resource, string subresource)
    {
        var all = All;
        if (all.Count == 0 || AdmissionTarget.IsAdmissionConfiguration(resource) || AdmissionTarget.IsReview(resource)) { return false; }
        foreach (var policy in all)
        {
            if (policy.Matcher.MayMatch(operation, resource, subresource)) { return true; }
        }

        return false;
    }

    private TCompiled[] Compile(long policies, long bindings)
    {
        lock (_gate)
        {
            if (_compiled.Policies == policies && _compiled.Bindings == bindings) { return _compiled.Ready; }
            var bound = objects.List<TBinding>().GroupBy(policyOf, StringComparer.Ordinal).Where(static group => group.Key is not null)
                .ToDictionary(static group => group.Key!, static group => group.OrderBy(static item => item.Metadata.Name, StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
            var known = _compiled.Sources.Length == 0 ? [] : _compiled.Sources.ToDictionary(static item => item.Name, StringComparer.Ordinal);
            var sources = new List<Source>();
            foreach (var policy in objects.List<TPolicy>().OrderBy(static item => item.Metadata.Name, StringComparer.Ordinal))
            {
                if (!bound.TryGetValue(policy.Metadata.Name, out var own)) { continue; }
                var same = known.TryGetValue(policy.Metadata.Name, out var before) && ReferenceEquals(before.Policy, policy) && before.Own.SequenceEqual(own, ReferenceEqualityComparer.Instance);
                sources.Add(same ? before! : new Source(policy.Metadata.Name, policy, own, compile(policy, Array.ConvertAll(own, new Converter<TBinding, PolicyBinding>(bind)))));
            }

            var compiled = new Compiled(policies, bindings, [.. sources]);
            Volatile.Write(ref _compiled, compiled);
            return compiled.Ready;
        }
    }

    private sealed record Source(string Name, TPolicy Policy, TBinding[] Own, TCompiled Made);

    private sealed record Compiled(long Policies, long Bindings, Source[] Sources)
    {
        public TCompiled[] Ready { get; } = Array.ConvertAll(Sources, static item => item.Made);
    }
}
