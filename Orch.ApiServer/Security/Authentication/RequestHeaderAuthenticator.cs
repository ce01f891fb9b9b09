using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Admission.Certificates;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication;

/// <summary>Believes the headers of a proxy in front that shows a certificate of the right authority.</summary>
/// <remarks>
/// A certificate is verified once a minute and connection. The headers are taken off the request, so that nobody behind believes them.
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authenticating-proxy
/// </remarks>
internal sealed class RequestHeaderAuthenticator(RequestHeaderOptions options, TimeProvider time)
{
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _verdicts = [];

    /// <summary>Whether any headers are believed at all.</summary>
    public bool IsOn => options.CertificateAuthority is not null;

    /// <summary>The user that the proxy names; null when the request is not from the proxy, or names nobody.</summary>
    public UserInfo? Authenticate(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate || First(context.Request.Headers, options.UsernameHeaders) is not { } name || !IsProxy(certificate)) { return null; }
        var headers = context.Request.Headers;
        var groups = options.GroupHeaders.SelectMany(header => headers[header]).OfType<string>().Where(static group => group.Length > 0).Distinct().ToList();
        var user = new UserInfo(name, UserGroups.Of(name, groups)) { Uid = First(headers, options.UidHeaders) ?? string.Empty, Extra = ExtraOf(headers) };
        foreach (var header in options.UsernameHeaders.Concat(options.GroupHeaders).Concat(options.UidHeaders)) { headers.Remove(header); }
        foreach (var header in headers.Keys.Where(key => options.ExtraHeaderPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList()) { headers.Remove(header); }
        return user;
    }

    private static string? First(IHeaderDictionary headers, IEnumerable<string> names)
        => names.Select(name => headers[name].ToString()).FirstOrDefault(static value => value.Length > 0);

    private Dictionary<string, IReadOnlyList<string>> ExtraOf(IHeaderDictionary headers)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (header, values) in headers)
        {
            if (options.ExtraHeaderPrefixes.FirstOrDefault(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && header.Length > prefix.Length) is not { } prefix) { continue; }
            extra[ExtraKeys.Read(header[prefix.Length..])] = [.. values.OfType<string>()];
        }

        return extra;
    }

    private bool IsProxy(X509Certificate2 certificate)
    {
        if (_verdicts.TryGetValue(certificate, out var known) && time.GetElapsedTime(known.Since) < Recheck) { return known.IsProxy; }
        using var chain = CertificateChains.ForClients(options.CertificateAuthority!, time);
        var isProxy = chain.Build(certificate)
            && (options.AllowedNames.Count == 0 || options.AllowedNames.Contains(NameOf(certificate)));
        _verdicts.AddOrUpdate(certificate, new Verdict(isProxy, time.GetTimestamp()));
        return isProxy;
    }

    private static string NameOf(X509Certificate2 certificate)
    {
        try { return RequestedSubject.Of(certificate.SubjectName).CommonName; }
        catch (FormatException) { return string.Empty; }
    }

    private sealed record Verdict(bool IsProxy, long Since);
}
