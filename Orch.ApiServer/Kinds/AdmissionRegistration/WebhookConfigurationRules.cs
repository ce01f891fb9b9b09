using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules for admission webhooks.</summary>
internal static class WebhookConfigurationRules
{
    /// <summary>All webhooks of a configuration.</summary>
    public static void Validate(IReadOnlyList<WebhookView> hooks, WebhookLeniency lenient, FieldErrors errors)
    {
        var path = FieldPath.Of("webhooks");
        var names = new HashSet<string>();
        for (var index = 0; index < hooks.Count; index++)
        {
            var (hook, at) = (hooks[index], path.Index(index));
            Hook(hook, lenient, at, errors);
            ReviewVersions(hook.ReviewVersions, lenient.ReviewVersions, at.Child("admissionReviewVersions"), errors);
            if (!lenient.RepeatedNames && !string.IsNullOrEmpty(hook.Name) && !names.Add(hook.Name)) { errors.Duplicate(at.Child("name"), hook.Name); }
        }
    }

    private static void Hook(WebhookView hook, WebhookLeniency lenient, FieldPath path, FieldErrors errors)
    {
        FullName(hook.Name, path.Child("name"), errors);
        OperationRules.Rules(hook.Rules, path.Child("rules"), errors);
        if (hook.FailurePolicy is not (null or "Fail" or "Ignore")) { errors.NotSupported(path.Child("failurePolicy"), hook.FailurePolicy, "Fail", "Ignore"); }
        if (hook.MatchPolicy is { } policy) { OperationRules.MatchPolicy(policy, path, errors); }
        SideEffects(hook.SideEffects, lenient.SideEffects, path.Child("sideEffects"), errors);
        if (hook.TimeoutSeconds is < 1 or > 30) { errors.Invalid(path.Child("timeoutSeconds"), hook.TimeoutSeconds, "the timeout value must be between 1 and 30 seconds"); }
        SelectorRules.Validate(hook.NamespaceSelector, path.Child("namespaceSelector"), errors, lenient.LabelValues);
        SelectorRules.Validate(hook.ObjectSelector, path.Child("objectSelector"), errors, lenient.LabelValues);
        if (hook.ReinvocationPolicy is not (null or "Never" or "IfNeeded")) { errors.NotSupported(path.Child("reinvocationPolicy"), hook.ReinvocationPolicy, "IfNeeded", "Never"); }
        var (url, service) = (hook.ClientConfig?.Url, hook.ClientConfig?.Service);
        if (url is null == service is null) { errors.Required(path.Child("clientConfig"), "exactly one of url or service is required"); }
        else if (url is not null) { WebhookRules.Url(url, path.Child("clientConfig").Child("url"), errors); }
        else
        {
            // Upstream takes one for the other here: the name's fault shows at the namespace.
            WebhookRules.Service(service!.Name, service.NamespaceProperty, service.Path, service.Port, path.Child("clientConfig").Child("service"), errors);
        }

        if (!lenient.MatchConditions) { MatchConditionRules.Validate(hook.MatchConditions, false, path.Child("matchConditions"), errors); }
    }

    private static void FullName(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path); }
        else if (!TextRules.IsSubdomain(name)) { errors.Invalid(path, name, string.Join(',', NameRules.SubdomainFaults(name))); }
        else if (name.AsSpan().Count('.') < 2) { errors.Invalid(path, name, "should be a domain with at least three segments separated by dots"); }
    }

    private static void SideEffects(string? effects, bool lenient, FieldPath path, FieldErrors errors)
    {
        string[] allowed = lenient ? ["None", "NoneOnDryRun", "Some", "Unknown"] : ["None", "NoneOnDryRun"];
        if (effects is null) { errors.Required(path, $"must specify one of {string.Join(", ", allowed)}"); }
        else if (!allowed.Contains(effects)) { errors.NotSupported(path, effects, allowed); }
    }

    private static void ReviewVersions(IList<string>? versions, bool lenient, FieldPath path, FieldErrors errors)
    {
        if (versions is not { Count: > 0 })
        {
            errors.Required(path, "must specify one of v1, v1beta1");
            return;
        }

        var seen = new HashSet<string>();
        for (var index = 0; index < versions.Count; index++)
        {
            var version = versions[index] ?? string.Empty;
            if (seen.Add(version)) { NameRules.Dns1035Label(version, false, path.Index(index), errors); }
            else { errors.Invalid(path.Index(index), version, "duplicate version"); }
        }

        if (!lenient && !versions.Any(static version => version is "v1" or "v1beta1")) { errors.Invalid(path, versions, "must include at least one of v1, v1beta1"); }
    }
}
