using Microsoft.Extensions.Options;

namespace Orch.Store.Etcd;

internal sealed class EtcdStoreOptionsValidator : IValidateOptions<EtcdStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, EtcdStoreOptions options)
    {
        var faults = new List<string>();
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            if (!Uri.TryCreate(options.Endpoints[i], UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                faults.Add($"{nameof(EtcdStoreOptions.Endpoints)}[{i}] is '{options.Endpoints[i]}'; give a URL such as https://10.0.0.1:2379.");
            }
        }

        if (options.Endpoints.Select(endpoint => endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase)).Distinct().Count() > 1)
        {
            faults.Add($"{nameof(EtcdStoreOptions.Endpoints)} mixes http and https; use one of them.");
        }

        if (options.KeyPrefix.Length > 0 && (options.KeyPrefix[0] != '/' || options.KeyPrefix[^1] == '/' || options.KeyPrefix.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            faults.Add($"{nameof(EtcdStoreOptions.KeyPrefix)} is '{options.KeyPrefix}'; give an absolute ASCII path without a trailing slash, such as /orch, or nothing.");
        }

        if ((options.ClientCertificateFile is null) != (options.ClientKeyFile is null))
        {
            faults.Add($"{nameof(EtcdStoreOptions.ClientCertificateFile)} and {nameof(EtcdStoreOptions.ClientKeyFile)} go together; one of them is missing.");
        }

        CheckFile(faults, nameof(EtcdStoreOptions.CertificateAuthorityFile), options.CertificateAuthorityFile);
        CheckFile(faults, nameof(EtcdStoreOptions.ClientCertificateFile), options.ClientCertificateFile);
        CheckFile(faults, nameof(EtcdStoreOptions.ClientKeyFile), options.ClientKeyFile);
        if (options.RequestTimeout <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(EtcdStoreOptions.RequestTimeout)} is {options.RequestTimeout}; it must be more than zero.");
        }

        if (options.CompactionInterval < TimeSpan.Zero)
        {
            faults.Add($"{nameof(EtcdStoreOptions.CompactionInterval)} is {options.CompactionInterval}; it must be zero (never) or more.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void CheckFile(List<string> faults, string property, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            faults.Add($"{property} is '{path}'; there is no such file.");
        }
    }
}
