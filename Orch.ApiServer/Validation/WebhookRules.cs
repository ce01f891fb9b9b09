namespace Orch.ApiServer.Validation;

/// <summary>The rules for where a webhook is found, whoever calls it.</summary>
internal static class WebhookRules
{
    private const string Form = "; desired format: https://host[/path]";

    /// <summary>A URL that is called as it stands.</summary>
    public static void Url(string text, FieldPath path, FieldErrors errors, bool forceHttps = true)
    {
        if (GoUrl.Parse(text, out var fault) is not { } url)
        {
            errors.Required(path, $"url must be a valid URL: {fault}{Form}");
            return;
        }

        if (forceHttps && url.Scheme != "https") { errors.Invalid(path, url.Scheme, $"'https' is the only allowed URL scheme{Form}"); }
        if (url.Host.Length == 0) { errors.Invalid(path, url.Host, $"host must be specified{Form}"); }
        if (url.UserInfo is { } user) { errors.Invalid(path, user, "user information is not permitted in the URL"); }
        if (url.Fragment.Length > 0) { errors.Invalid(path, url.Fragment, "fragments are not permitted in the URL"); }
        if (url.Query.Length > 0) { errors.Invalid(path, url.Query, "query parameters are not permitted in the URL"); }
    }

    /// <summary>A service of the cluster.</summary>
    public static void Service(string? namespaceName, string? name, string? urlPath, int? port, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("name")); }
        if (string.IsNullOrEmpty(namespaceName)) { errors.Required(path.Child("namespace")); }
        if (port is not (>= 1 and <= 65535)) { errors.Invalid(path.Child("port"), port ?? 0, $"port is not valid: {TextRules.Between(1, 65535)}"); }
        if (urlPath is not (null or "" or "/")) { ServicePath(urlPath, path.Child("path"), errors); }
    }

    private static void ServicePath(string text, FieldPath path, FieldErrors errors)
    {
        if (text == "//")
        {
            errors.Invalid(path, text, "segment[0] may not be empty");
            return;
        }

        if (text[0] != '/') { errors.Invalid(path, text, "must start with a '/'"); }
        var steps = (text.EndsWith('/') && text.Length > 1 ? text[1..^1] : text[1..]).Split('/');
        for (var index = 0; index < steps.Length; index++)
        {
            if (steps[index].Length == 0) { errors.Invalid(path, text, $"segment[{index}] may not be empty"); }
            else
            {
                foreach (var fault in NameRules.SubdomainFaults(steps[index])) { errors.Invalid(path, text, $"segment[{index}]: {fault}"); }
            }
        }
    }
}
