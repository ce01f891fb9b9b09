using Orch.ApiServer.Configuration;
using Orch.ApiServer.Security.Authentication.Oidc;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Reads and checks an authentication configuration.</summary>
internal static class AuthenticationConfiguration
{
    private const int MaxIssuers = 64;

    /// <summary>Reads a file.</summary>
    /// <param name="taken">Issuers that may not be among those of the file: the tokens of the server's own are judged otherwise.</param>
    /// <exception cref="FormatException">It is malformed; all faults are in the message.</exception>
    public static AuthenticationConfigurationFile Load(string path, IReadOnlyCollection<string> taken)
        => Checked(ConfigurationFile.Read<AuthenticationConfigurationFile>(path, "AuthenticationConfiguration", "apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1"), path, taken);

    /// <summary>The content, if it holds.</summary>
    /// <exception cref="FormatException">It does not; all faults are in the message.</exception>
    public static AuthenticationConfigurationFile Checked(AuthenticationConfigurationFile file, string source, IReadOnlyCollection<string>? taken = null)
    {
        var errors = new FieldErrors();
        var root = FieldPath.Of("jwt");
        if (file.Jwt?.Count > MaxIssuers) { errors.TooMany(root, file.Jwt.Count, MaxIssuers); }
        var urls = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (file.Jwt?.Count ?? 0); index++)
        {
            var path = root.Index(index);
            if (file.Jwt![index].Issuer?.Url is { } own && taken?.Contains(own) == true)
            {
                errors.Invalid(path.Child("issuer").Child("url"), own, $"URL must not overlap with disallowed issuers: [{string.Join(' ', taken.Order(StringComparer.Ordinal))}]");
            }

            Issuer(file.Jwt![index].Issuer, path.Child("issuer"), urls, errors);
            Rules(file.Jwt[index], path, errors);
            Mappings(file.Jwt[index].ClaimMappings, path.Child("claimMappings"), errors);
            Email(file.Jwt[index], path, errors);
        }

        if (file.Anonymous is { Enabled: false, Conditions.Count: > 0 } anonymous) { errors.Invalid(FieldPath.Of("anonymous").Child("conditions"), anonymous.Conditions, "enabled should be set to true when conditions are defined"); }
        return errors.Count == 0 ? file : throw new FormatException($"{source}: {errors}");
    }

    private static void Issuer(JwtIssuerFile? issuer, FieldPath path, HashSet<string> urls, FieldErrors errors)
    {
        Url(issuer?.Url, path.Child("url"), errors);
        if (issuer?.Url is { Length: > 0 } url && !urls.Add(url)) { errors.Duplicate(path.Child("url"), url); }
        if (issuer?.DiscoveryUrl is { Length: > 0 } discovery)
        {
            Url(discovery, path.Child("discoveryURL"), errors);
            if (discovery.TrimEnd('/') == issuer.Url?.TrimEnd('/')) { errors.Invalid(path.Child("discoveryURL"), discovery, "discoveryURL must be different from URL"); }
        }

        if (issuer?.Audiences is not { Count: > 0 } audiences) { errors.Required(path.Child("audiences"), "at least one jwt[0].issuer.audiences is required".Replace("jwt[0].issuer", path.ToString(), StringComparison.Ordinal)); }
        else
        {
            for (var index = 0; index < audiences.Count; index++)
            {
                if (audiences[index].Length == 0) { errors.Required(path.Child("audiences").Index(index), "audience can't be empty"); }
                else if (audiences.IndexOf(audiences[index]) < index) { errors.Duplicate(path.Child("audiences").Index(index), audiences[index]); }
            }

            if (audiences.Count > 1 && issuer.AudienceMatchPolicy != "MatchAny") { errors.Invalid(path.Child("audienceMatchPolicy"), issuer.AudienceMatchPolicy ?? string.Empty, "audienceMatchPolicy must be MatchAny for multiple audiences"); }
            else if (!string.IsNullOrEmpty(issuer.AudienceMatchPolicy) && issuer.AudienceMatchPolicy != "MatchAny") { errors.Invalid(path.Child("audienceMatchPolicy"), issuer.AudienceMatchPolicy, "audienceMatchPolicy must be empty or MatchAny for single audience"); }
        }

        if (issuer?.CertificateAuthority is { Length: > 0 } authority)
        {
            try
            {
                var trusted = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
                trusted.ImportFromPem(authority);
                if (trusted.Count == 0) { errors.Invalid(path.Child("certificateAuthority"), "<omitted>", "data does not contain any valid RSA or ECDSA certificates"); }
            }
            catch (System.Security.Cryptography.CryptographicException) { errors.Invalid(path.Child("certificateAuthority"), "<omitted>", "data does not contain any valid RSA or ECDSA certificates"); }
        }
    }

    private static void Url(string? url, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(url)) { errors.Required(path, "URL is required"); return; }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed)) { errors.Invalid(path, url, "must be a valid URL"); return; }
        if (parsed.Scheme != "https") { errors.Invalid(path, url, "URL scheme must be https"); }
        if (parsed.UserInfo.Length > 0) { errors.Invalid(path, url, "URL must not contain a username or password"); }
        if (parsed.Query.Length > 0) { errors.Invalid(path, url, "URL must not contain a query"); }
        if (parsed.Fragment.Length > 0) { errors.Invalid(path, url, "URL must not contain a fragment"); }
    }

    private static void Rules(JwtAuthenticatorFile jwt, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (jwt.ClaimValidationRules?.Count ?? 0); index++)
        {
            var rule = jwt.ClaimValidationRules![index];
            var place = path.Child("claimValidationRules").Index(index);
            if (!string.IsNullOrEmpty(rule.Expression))
            {
                if (!string.IsNullOrEmpty(rule.Claim) || !string.IsNullOrEmpty(rule.RequiredValue)) { errors.Invalid(place, rule.Claim, "claim and expression can't both be set"); }
                Compiles(rule.Expression, place.Child("expression"), ClaimExpression.Claim, errors);
                if (!seen.Add("expression:" + rule.Expression)) { errors.Duplicate(place.Child("expression"), rule.Expression); }
                continue;
            }

            if (string.IsNullOrEmpty(rule.Claim)) { errors.Required(place, "claim or expression is required"); continue; }
            if (!seen.Add(rule.Claim)) { errors.Duplicate(place.Child("claim"), rule.Claim); }
            if (!string.IsNullOrEmpty(rule.Message)) { errors.Invalid(place.Child("message"), rule.Message, "message can't be set when claim is set"); }
        }

        for (var index = 0; index < (jwt.UserValidationRules?.Count ?? 0); index++)
        {
            var place = path.Child("userValidationRules").Index(index).Child("expression");
            if (string.IsNullOrEmpty(jwt.UserValidationRules![index].Expression)) { errors.Required(place, "expression is required"); continue; }
            Compiles(jwt.UserValidationRules[index].Expression!, place, ClaimExpression.User, errors);
        }
    }

    private static void Mappings(ClaimMappingsFile? mappings, FieldPath path, FieldErrors errors)
    {
        if (mappings?.Username is not { } name || (string.IsNullOrEmpty(name.Claim) && string.IsNullOrEmpty(name.Expression))) { errors.Required(path.Child("username"), "claim or expression is required"); }
        else { Prefixed(name, path.Child("username"), errors); }
        if (mappings?.Groups is { } groups) { Prefixed(groups, path.Child("groups"), errors); }
        if (!string.IsNullOrEmpty(mappings?.Uid?.Expression))
        {
            if (!string.IsNullOrEmpty(mappings.Uid.Claim)) { errors.Invalid(path.Child("uid"), string.Empty, "claim and expression can't both be set"); }
            Compiles(mappings.Uid.Expression, path.Child("uid").Child("expression"), ClaimExpression.Mapping, errors);
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (mappings?.Extra?.Count ?? 0); index++)
        {
            var extra = mappings!.Extra![index];
            var place = path.Child("extra").Index(index);
            if (string.IsNullOrEmpty(extra.Key)) { errors.Required(place.Child("key")); }
            else if (extra.Key.Any(char.IsUpper)) { errors.Invalid(place.Child("key"), extra.Key, "key must be lowercase"); }
            else if (!extra.Key.Contains('/', StringComparison.Ordinal)) { errors.Invalid(place.Child("key"), extra.Key, "must be a domain-prefixed path (such as \"acme.io/foo\")"); }
            else if (!keys.Add(extra.Key)) { errors.Duplicate(place.Child("key"), extra.Key); }
            if (string.IsNullOrEmpty(extra.ValueExpression)) { errors.Required(place.Child("valueExpression"), "valueExpression is required"); }
            else { Compiles(extra.ValueExpression, place.Child("valueExpression"), ClaimExpression.Mapping, errors); }
        }
    }

    // An address that its owner has not shown to be theirs must not become a name by an expression either.
    private static void Email(JwtAuthenticatorFile jwt, FieldPath path, FieldErrors errors)
    {
        if (jwt.ClaimMappings?.Username?.Expression is not { } name || !name.Replace("claims.email_verified", string.Empty, StringComparison.Ordinal).Contains("claims.email", StringComparison.Ordinal)) { return; }
        IEnumerable<string?> places = [name, .. (jwt.ClaimMappings.Extra ?? []).Select(static extra => extra.ValueExpression), .. (jwt.ClaimValidationRules ?? []).Select(static rule => rule.Expression)];
        if (places.Any(static text => text?.Contains("claims.email_verified", StringComparison.Ordinal) == true)) { return; }
        errors.Invalid(path.Child("claimMappings").Child("username").Child("expression"), name,
            "claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression");
    }

    private static void Prefixed(PrefixedClaimFile claim, FieldPath path, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(claim.Expression))
        {
            if (!string.IsNullOrEmpty(claim.Claim)) { errors.Invalid(path, string.Empty, "claim and expression can't both be set"); }
            if (claim.Prefix is not null) { errors.Invalid(path.Child("prefix"), claim.Prefix, "prefix can't be set when expression is set"); }
            Compiles(claim.Expression, path.Child("expression"), ClaimExpression.Mapping, errors);
            return;
        }

        if (!string.IsNullOrEmpty(claim.Claim) && claim.Prefix is null) { errors.Required(path.Child("prefix"), "prefix is required when claim is set. It can be set to an empty string to disable prefixing"); }
        if (string.IsNullOrEmpty(claim.Claim) && !string.IsNullOrEmpty(claim.Prefix)) { errors.Invalid(path.Child("prefix"), claim.Prefix, "non-empty claim name is required when prefix is set"); }
    }

    private static void Compiles(string text, FieldPath path, Func<string, ClaimExpression> compile, FieldErrors errors)
    {
        try { compile(text); }
        catch (FormatException wrong) { errors.Invalid(path, text, wrong.Message); }
    }
}
