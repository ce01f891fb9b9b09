using Orch.ApiServer.Configuration;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;
using Orch.Security;

namespace Orch.ApiServer.Audit;

/// <summary>What is recorded of which requests: the first rule that fits says it, and without one nothing is.</summary>
internal sealed class AuditPolicy
{
    private static readonly string[] Levels = Enum.GetNames<AuditLevel>();
    private static readonly string[] StageNames = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];
    private readonly Rule[] _rules;

    private AuditPolicy(AuditPolicyFile file)
    {
        var everywhere = StagesOf(file.OmitStages);
        _rules = [.. (file.Rules ?? []).Select(rule => new Rule(
            rule, new AuditDecision(Enum.Parse<AuditLevel>(rule.Level!), everywhere | StagesOf(rule.OmitStages), rule.OmitManagedFields ?? file.OmitManagedFields)))];
    }

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="FormatException">It is malformed; all faults are in the message.</exception>
    public static AuditPolicy Load(string path) => Of(ConfigurationFile.Read<AuditPolicyFile>(path, "Policy", "audit.k8s.io/v1"), path);

    /// <summary>The policy of a file's content.</summary>
    /// <exception cref="FormatException">A rule is invalid; all faults are in the message.</exception>
    public static AuditPolicy Of(AuditPolicyFile file, string source)
    {
        var errors = new FieldErrors();
        Stages(file.OmitStages, FieldPath.Of("omitStages"), errors);
        for (var index = 0; index < (file.Rules?.Count ?? 0); index++) { Validate(file.Rules![index], FieldPath.Of("rules").Index(index), errors); }
        if (file.Rules is not { Count: > 0 }) { throw new FormatException($"{source}: loaded illegal policy with 0 rules"); }
        if (errors.Count > 0) { throw new FormatException($"{source}: {errors}"); }
        return new AuditPolicy(file);
    }

    /// <summary>What is recorded of a request.</summary>
    /// <param name="user">Null when nobody is known.</param>
    public AuditDecision Decide(UserInfo? user, RequestInfo info)
    {
        foreach (var rule in _rules)
        {
            if (rule.Matches(user, info)) { return rule.Decision; }
        }

        return new AuditDecision(AuditLevel.None, AuditStages.None, false);
    }

    private static AuditStages StagesOf(List<string>? names) => (names ?? []).Aggregate(AuditStages.None, static (all, name) => all | Enum.Parse<AuditStages>(name));

    private static void Validate(AuditRuleFile rule, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(rule.Level)) { errors.Required(path.Child("level")); }
        else if (!Levels.Contains(rule.Level)) { errors.NotSupported(path.Child("level"), rule.Level, Levels); }
        if (rule.NonResourceUrls is { Count: > 0 } && (rule.Resources is { Count: > 0 } || rule.Namespaces is { Count: > 0 }))
        {
            errors.Invalid(path.Child("nonResourceURLs"), rule.NonResourceUrls, "rules cannot apply to both regular resources and non-resource URLs");
        }

        for (var index = 0; index < (rule.NonResourceUrls?.Count ?? 0); index++)
        {
            var url = rule.NonResourceUrls![index];
            if (url == "*") { continue; }
            var place = path.Child("nonResourceURLs").Index(index);
            if (!url.StartsWith('/')) { errors.Invalid(place, url, "non-resource URL rules must begin with a '/' character"); }
            if (url.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star && star < url.Length - 1) { errors.Invalid(place, url, "non-resource URL wildcards '*' must be the final character of the rule"); }
        }

        for (var index = 0; index < (rule.Resources?.Count ?? 0); index++)
        {
            var resources = rule.Resources![index];
            var place = path.Child("resources").Index(index);
            if (resources.Group?.Contains('/', StringComparison.Ordinal) == true)
            {
                errors.Invalid(place.Child("group"), resources.Group, "group cannot contain a slash: only the name is wanted, without a version");
            }

            if (resources.ResourceNames is { Count: > 0 } && resources.Resources is not { Count: > 0 })
            {
                errors.Invalid(place.Child("resourceNames"), resources.ResourceNames, "using resourceNames requires at least one resource");
            }
        }

        Stages(rule.OmitStages, path.Child("omitStages"), errors);
    }

    private static void Stages(List<string>? stages, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (stages?.Count ?? 0); index++)
        {
            if (!StageNames.Contains(stages![index])) { errors.Invalid(path.Index(index), stages[index], $"allowed stages are {string.Join(",", StageNames)}"); }
        }
    }

    private sealed class Rule(AuditRuleFile rule, AuditDecision decision)
    {
        public AuditDecision Decision { get; } = decision;

        public bool Matches(UserInfo? user, RequestInfo info)
        {
            if (rule.Users is { Count: > 0 } users && (user is null || !users.Contains(user.Name))) { return false; }
            if (rule.UserGroups is { Count: > 0 } groups && (user is null || !groups.Exists(user.IsInGroup))) { return false; }
            if (rule.Verbs is { Count: > 0 } verbs && !verbs.Contains(info.Verb)) { return false; }
            if (rule.Namespaces is { Count: > 0 } || rule.Resources is { Count: > 0 }) { return MatchesResource(info); }
            return rule.NonResourceUrls is not { Count: > 0 } urls || (!info.IsResource && urls.Exists(url => MatchesPath(url, info.Path)));
        }

        private bool MatchesResource(RequestInfo info)
        {
            if (!info.IsResource || (rule.Namespaces is { Count: > 0 } namespaces && !namespaces.Contains(info.Home))) { return false; }
            return rule.Resources is not { Count: > 0 } all || all.Exists(resources => Matches(resources, info));
        }

        private static bool Matches(AuditResources resources, RequestInfo info)
        {
            if ((resources.Group ?? string.Empty) != info.Group) { return false; }
            if (resources.Resources is not { Count: > 0 } names) { return true; }
            if (resources.ResourceNames is { Count: > 0 } objects && !objects.Contains(info.Name)) { return false; }
            return names.Exists(name => Matches(name, info));
        }

        private static bool Matches(string pattern, RequestInfo info)
        {
            if (pattern == "*") { return true; }
            var slash = pattern.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0) { return info.Subresource.Length == 0 && pattern == info.Resource; }
            var resource = pattern.AsSpan(0, slash);
            var subresource = pattern.AsSpan(slash + 1);
            // All of a resource's subresources are that and the resource itself, as upstream; all resources' are those of this name.
            if (subresource is "*" && resource.SequenceEqual(info.Resource)) { return true; }
            return info.Subresource.Length > 0 && (resource is "*" || resource.SequenceEqual(info.Resource)) && subresource.SequenceEqual(info.Subresource);
        }

        private static bool MatchesPath(string pattern, string path)
            => pattern == "*" || pattern == path || (pattern.EndsWith('*') && path.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));
    }
}

/// <summary>What is recorded of a request.</summary>
/// <param name="Level">How much.</param>
/// <param name="Omitted">At which stages nothing is.</param>
/// <param name="OmitsManagedFields">Whether the managed fields of bodies are left out.</param>
internal readonly record struct AuditDecision(AuditLevel Level, AuditStages Omitted, bool OmitsManagedFields);
