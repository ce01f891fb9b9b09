using System.Globalization;
using System.Text.RegularExpressions;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Security.Authorization.Webhooks;

/// <summary>Reads and checks an authorization configuration.</summary>
internal static partial class AuthorizationConfiguration
{
    private static readonly string[] Types = ["AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"];
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is malformed; all faults are in the message.</exception>
    public static AuthorizationConfigurationFile Load(string path)
        => Checked(ConfigurationFile.Read<AuthorizationConfigurationFile>(path, "AuthorizationConfiguration", "apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1"), path);

    /// <summary>The content, if it holds.</summary>
    /// <exception cref="FormatException">It does not; all faults are in the message.</exception>
    public static AuthorizationConfigurationFile Checked(AuthorizationConfigurationFile file, string source)
    {
        var errors = new FieldErrors();
        var root = FieldPath.Of("authorizers");
        if (file.Authorizers is not { Count: > 0 }) { errors.Required(root, "at least one authorization mode must be defined"); }
        var names = new HashSet<string>(StringComparer.Ordinal);
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (file.Authorizers?.Count ?? 0); index++) { Check(file.Authorizers![index], root.Index(index), names, types, errors); }
        return errors.Count == 0 ? file : throw new FormatException($"{source}: {errors}");
    }

    /// <summary>A duration as Go writes it, such as <c>5m0s</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan Duration(string text)
    {
        if (text == "0") { return TimeSpan.Zero; }
        var match = DurationForm().Match(text);
        if (!match.Success || text.Length == 0) { throw new FormatException($"\"{text}\" is no duration such as \"5m0s\""); }
        var total = 0.0;
        for (var index = 0; index < match.Groups["number"].Captures.Count; index++)
        {
            var number = double.Parse(match.Groups["number"].Captures[index].ValueSpan, CultureInfo.InvariantCulture);
            total += number * match.Groups["unit"].Captures[index].Value switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 0.001, _ => 0.000001 };
        }

        return total < 1e9 ? TimeSpan.FromSeconds(total) : throw new FormatException($"\"{text}\" is too long");
    }

    private static void Check(AuthorizerFile item, FieldPath path, HashSet<string> names, HashSet<string> types, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(item.Type)) { errors.Required(path.Child("type")); return; }
        if (!Types.Contains(item.Type)) { errors.NotSupported(path.Child("type"), item.Type, Types); return; }
        if (item.Type != "Webhook" && !types.Add(item.Type)) { errors.Duplicate(path.Child("type"), item.Type); }
        if (string.IsNullOrEmpty(item.Name)) { errors.Required(path.Child("name")); }
        else if (!names.Add(item.Name)) { errors.Duplicate(path.Child("name"), item.Name); }
        else { NameRules.DnsSubdomain(item.Name, false, path.Child("name"), errors); }
        if (item.Type != "Webhook")
        {
            if (item.Webhook is not null) { errors.Invalid(path.Child("webhook"), "non-null", "may only be specified when type=Webhook"); }
            return;
        }

        if (item.Webhook is not { } webhook) { errors.Required(path.Child("webhook"), "required when type=Webhook"); return; }
        Check(webhook, path.Child("webhook"), errors);
    }

    private static void Check(WebhookAuthorizerFile webhook, FieldPath path, FieldErrors errors)
    {
        Positive(webhook.Timeout, path.Child("timeout"), isRequired: true, MaxTimeout, errors);
        Positive(webhook.AuthorizedTtl, path.Child("authorizedTTL"), isRequired: false, TimeSpan.MaxValue, errors);
        Positive(webhook.UnauthorizedTtl, path.Child("unauthorizedTTL"), isRequired: false, TimeSpan.MaxValue, errors);
        if (webhook.SubjectAccessReviewVersion is null) { errors.Required(path.Child("subjectAccessReviewVersion")); }
        else if (webhook.SubjectAccessReviewVersion != "v1") { errors.NotSupported(path.Child("subjectAccessReviewVersion"), webhook.SubjectAccessReviewVersion, "v1"); }
        if (webhook.FailurePolicy is null) { errors.Required(path.Child("failurePolicy")); }
        else if (webhook.FailurePolicy is not ("NoOpinion" or "Deny")) { errors.NotSupported(path.Child("failurePolicy"), webhook.FailurePolicy, "NoOpinion", "Deny"); }
        var connection = path.Child("connectionInfo");
        if (webhook.ConnectionInfo?.Type is not { Length: > 0 } type) { errors.Required(connection.Child("type")); }
        else if (type != "KubeConfigFile") { errors.NotSupported(connection.Child("type"), type, "KubeConfigFile"); }
        else if (string.IsNullOrEmpty(webhook.ConnectionInfo.KubeConfigFile)) { errors.Required(connection.Child("kubeConfigFile")); }
        else if (!Path.IsPathFullyQualified(webhook.ConnectionInfo.KubeConfigFile)) { errors.Invalid(connection.Child("kubeConfigFile"), webhook.ConnectionInfo.KubeConfigFile, "must be an absolute path"); }
        if (webhook.MatchConditions is not { Count: > 0 } conditions) { return; }
        if (webhook.MatchConditionSubjectAccessReviewVersion != "v1") { errors.NotSupported(path.Child("matchConditionSubjectAccessReviewVersion"), webhook.MatchConditionSubjectAccessReviewVersion ?? string.Empty, "v1"); }
        for (var index = 0; index < conditions.Count; index++)
        {
            var place = path.Child("matchConditions").Index(index).Child("expression");
            if (string.IsNullOrWhiteSpace(conditions[index].Expression)) { errors.Required(place); continue; }
            try { AccessConditions.Of([conditions[index].Expression!]); }
            catch (FormatException wrong) { errors.Invalid(place, conditions[index].Expression, wrong.Message); }
        }
    }

    private static void Positive(string? text, FieldPath path, bool isRequired, TimeSpan most, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            if (isRequired) { errors.Required(path); }
            return;
        }

        try
        {
            var value = Duration(text);
            if (value <= TimeSpan.Zero) { errors.Invalid(path, text, "must be > 0s"); }
            else if (value > most) { errors.Invalid(path, text, $"must be <= {(int)most.TotalSeconds}s"); }
        }
        catch (FormatException malformed) { errors.Invalid(path, text, malformed.Message); }
    }

    [GeneratedRegex("^((?<number>[0-9]{1,12}(\\.[0-9]{1,9})?)(?<unit>h|ms|us|m|s)){0,8}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DurationForm();
}
