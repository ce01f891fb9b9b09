using System.Buffers;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod's own name resolution.</summary>
/// <remarks>The limits are those of resolvers in C libraries.</remarks>
internal static class DnsRules
{
    private const int MaxServers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchChars = 2048;
    private const string SearchText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
    private static readonly SearchValues<char> SearchChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The settings, and that there are any where the policy needs them.</summary>
    public static void Validate(V1PodSpec spec, FieldPath parent, FieldErrors errors)
    {
        var path = parent.Child("dnsConfig");
        if (spec.DnsPolicy == "None")
        {
            if (spec.DnsConfig is null)
            {
                errors.Required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }

            if (spec.DnsConfig.Nameservers is not { Count: > 0 })
            {
                errors.Required(path.Child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }

        if (spec.DnsConfig is not { } config) { return; }
        if (config.Nameservers is { Count: > MaxServers }) { errors.Invalid(path.Child("nameservers"), config.Nameservers, $"must not have more than {MaxServers} nameservers"); }
        for (var index = 0; index < (config.Nameservers?.Count ?? 0); index++) { IpRules.Address(config.Nameservers![index], path.Child("nameservers").Index(index), errors); }
        Searches(config.Searches, path.Child("searches"), errors);
        for (var index = 0; index < (config.Options?.Count ?? 0); index++)
        {
            if (string.IsNullOrEmpty(config.Options![index].Name)) { errors.Required(path.Child("options").Index(index), "must not be empty"); }
        }
    }

    private static void Searches(IList<string>? searches, FieldPath path, FieldErrors errors)
    {
        if (searches is not { Count: > 0 }) { return; }
        if (searches.Count > MaxSearches) { errors.Invalid(path, searches, $"must not have more than {MaxSearches} search paths"); }
        if (searches.Sum(static search => search?.Length ?? 0) + searches.Count - 1 > MaxSearchChars)
        {
            errors.Invalid(path, searches, $"must not have more than {MaxSearchChars} characters (including spaces) in the search list");
        }

        for (var index = 0; index < searches.Count; index++)
        {
            var search = searches[index] ?? string.Empty;
            if (search == ".") { continue; }
            if (search.EndsWith('.')) { search = search[..^1]; }
            if (search.Length > 253) { errors.Invalid(path.Index(index), search, TextRules.MaxLength(253)); }
            if (!IsSearch(search)) { errors.Invalid(path.Index(index), search, SearchText); }
        }
    }

    private static bool IsSearch(string search)
    {
        foreach (var range in search.AsSpan().Split('.'))
        {
            var part = search.AsSpan(range);
            if (part.StartsWith("_")) { part = part[1..]; }
            if (part.Length == 0 || part.ContainsAnyExcept(SearchChars) || part[0] is '-' or '_' || part[^1] is '-' or '_') { return false; }
        }

        return true;
    }
}
