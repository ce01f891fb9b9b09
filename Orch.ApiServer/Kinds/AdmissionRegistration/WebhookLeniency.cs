using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>Which faults an update may keep, since what is stored has them already.</summary>
internal readonly record struct WebhookLeniency(bool SideEffects, bool ReviewVersions, bool RepeatedNames, bool LabelValues, bool MatchConditions)
{
    /// <summary>What the stored webhooks ask for.</summary>
    public static WebhookLeniency For(IReadOnlyList<WebhookView> hooks, IReadOnlyList<WebhookView> old) => new(
        old.Any(static hook => hook.SideEffects is not ("None" or "NoneOnDryRun")),
        old.Any(static hook => hook.ReviewVersions is { Count: > 0 } versions && !versions.Any(static version => version is "v1" or "v1beta1")),
        old.Select(static hook => hook.Name ?? string.Empty).Distinct().Count() < old.Count,
        old.Any(HasInvalidSelector),
        hooks.Count == old.Count && !hooks.Where((hook, index) => !ContentEquality.Same(hook.MatchConditions, old[index].MatchConditions)).Any());

    private static bool HasInvalidSelector(WebhookView hook)
    {
        var errors = new FieldErrors();
        SelectorRules.Validate(hook.NamespaceSelector, FieldPath.Of(string.Empty), errors);
        SelectorRules.Validate(hook.ObjectSelector, FieldPath.Of(string.Empty), errors);
        return errors.Count > 0;
    }
}
