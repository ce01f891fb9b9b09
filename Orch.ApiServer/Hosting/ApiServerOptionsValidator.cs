using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Admission.PodSecurity;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization.Webhooks;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Hosting;

/// <summary>Lists every fault of the options by key, each with its fix.</summary>
internal sealed class ApiServerOptionsValidator : IValidateOptions<ApiServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiServerOptions options)
    {
        var faults = new List<string>();
        Check(IPAddress.TryParse(options.BindAddress, out _), nameof(options.BindAddress), options.BindAddress, "is no IP address; give one such as \"0.0.0.0\"");
        Check(options.Port is >= 0 and <= 65535, nameof(options.Port), options.Port, "must be 1 to 65535, or 0 for a free port");
        Check(!options.Listens || options.ServingCertificate is { HasPrivateKey: true }, nameof(options.ServingCertificate), options.ServingCertificate?.Subject,
            "must be a certificate with its private key; set one, or set Listens to false for a server that only clients in the process reach");
        Check(options.AdvertiseAddress is null || IPAddress.TryParse(options.AdvertiseAddress, out _), nameof(options.AdvertiseAddress), options.AdvertiseAddress,
            "is no IP address; give one by which other machines reach this one");
        Check(options.ServiceCidr.Split(',').All(static range => IPNetwork.TryParse(range, out _)), nameof(options.ServiceCidr), options.ServiceCidr, "is no address range; give one such as \"10.96.0.0/16\", its host bits zero");
        Check(options.NodePortMinimum is > 0 and <= 65535 && options.NodePortMinimum <= options.NodePortMaximum, nameof(options.NodePortMinimum), options.NodePortMinimum,
            "must be 1 to 65535 and not above NodePortMaximum");
        Check(options.NodePortMaximum is > 0 and <= 65535, nameof(options.NodePortMaximum), options.NodePortMaximum, "must be 1 to 65535");
        Check(options.MaxReadsInFlight >= 0, nameof(options.MaxReadsInFlight), options.MaxReadsInFlight, "must be positive, or 0 for no limit");
        Check(options.MaxWritesInFlight >= 0, nameof(options.MaxWritesInFlight), options.MaxWritesInFlight, "must be positive, or 0 for no limit");
        Check(options.MaxRequestBodyBytes >= 1024, nameof(options.MaxRequestBodyBytes), options.MaxRequestBodyBytes, "must be at least 1024");
        Check(options.RequestTimeout > TimeSpan.Zero, nameof(options.RequestTimeout), options.RequestTimeout, "must be positive");
        Check(options.BookmarkInterval > TimeSpan.Zero, nameof(options.BookmarkInterval), options.BookmarkInterval, "must be positive");
        Check(options.CompactionInterval >= TimeSpan.Zero, nameof(options.CompactionInterval), options.CompactionInterval, "must be positive, or zero to keep all history");
        Check(options.WatchBacklog >= 16, nameof(options.WatchBacklog), options.WatchBacklog, "must be at least 16");
        Check(options.TokenWebhookCacheTime >= TimeSpan.Zero, nameof(options.TokenWebhookCacheTime), options.TokenWebhookCacheTime, "must be positive, or zero to remember nothing");
        CheckIssuers();
        Check(options.ServiceAccountJwksUri is not { Length: > 0 } uri || GoUrl.Parse(uri, out _)?.Scheme == "https", nameof(options.ServiceAccountJwksUri), options.ServiceAccountJwksUri, "must be a valid URL with scheme https");
        Usable(options.AuthenticationConfigurationFile, nameof(options.AuthenticationConfigurationFile), file => AuthenticationConfiguration.Load(file, options.AllServiceAccountIssuers));
        Usable(options.TokenWebhookConfigurationFile, nameof(options.TokenWebhookConfigurationFile), static file => WebhookConnection.Load(file, TimeSpan.FromSeconds(1)).Dispose());
        Usable(options.AuthorizationConfigurationFile, nameof(options.AuthorizationConfigurationFile), static file => AuthorizationConfiguration.Load(file));
        faults.AddRange(AuditOptionsRules.FaultsOf(options.Audit).Select(static fault => $"{ApiServerOptions.Section}:{nameof(options.Audit)}:{fault}."));
        CheckLevel(options.PodSecurity.Enforce, nameof(PodSecurityOptions.Enforce));
        CheckLevel(options.PodSecurity.Audit, nameof(PodSecurityOptions.Audit));
        CheckLevel(options.PodSecurity.Warn, nameof(PodSecurityOptions.Warn));
        CheckVersion(options.PodSecurity.EnforceVersion, nameof(PodSecurityOptions.EnforceVersion));
        CheckVersion(options.PodSecurity.AuditVersion, nameof(PodSecurityOptions.AuditVersion));
        CheckVersion(options.PodSecurity.WarnVersion, nameof(PodSecurityOptions.WarnVersion));
        for (var index = 0; index < options.ResourceQuota.LimitedResources.Count; index++)
        {
            Check(options.ResourceQuota.LimitedResources[index].Resource.Length > 0, $"{nameof(options.ResourceQuota)}:{nameof(ResourceQuotaOptions.LimitedResources)}:{index}:{nameof(LimitedResource.Resource)}", string.Empty, "must be the plural name of a resource");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        // Upstream's rules and words for --service-account-issuer.
        void CheckIssuers()
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < options.AllServiceAccountIssuers.Count; index++)
            {
                var issuer = options.AllServiceAccountIssuers[index];
                var key = index == 0 ? nameof(options.ServiceAccountIssuer) : $"{nameof(options.AcceptedServiceAccountIssuers)}:{index - 1}";
                var fault = string.Empty;
                if (issuer.Contains(':', StringComparison.Ordinal) && GoUrl.Parse(issuer, out fault) is null) { Check(false, key, issuer, $"contained a ':' but was not a valid URL: {fault}"); continue; }
                Check(issuer.Length > 0, key, issuer, "should not be an empty string");
                Check(issuer.Length == 0 || seen.Add(issuer), key, issuer, "is already specified");
            }
        }

        void CheckLevel(string level, string key) => Check(SecurityLevel.TryLevel(level, out _), $"PodSecurity:{key}", level, SecurityLevel.LevelFault);

        void CheckVersion(string version, string key) => Check(SecurityLevel.TryVersion(version, out _), $"PodSecurity:{key}", version, SecurityLevel.VersionFault);

        void Usable(string? file, string key, Action<string> load)
        {
            if (file is null) { return; }
            try { load(file); }
            catch (FormatException unusable) { faults.Add($"{ApiServerOptions.Section}:{key} is not usable: {unusable.Message}."); }
        }

        void Check(bool isGood, string key, object? value, string fix)
        {
            if (!isGood) { faults.Add(string.Create(CultureInfo.InvariantCulture, $"{ApiServerOptions.Section}:{key} \"{value}\" {fix}.")); }
        }
    }
}
