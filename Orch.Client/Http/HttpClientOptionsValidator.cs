using Microsoft.Extensions.Options;

namespace Orch.Client.Http;

/// <summary>Checks <see cref="HttpClientOptions"/> when the host starts.</summary>
internal sealed class HttpClientOptionsValidator : IValidateOptions<HttpClientOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpClientOptions options)
    {
        var faults = new List<string>();
        if (options.RequestTimeout <= TimeSpan.Zero) { faults.Add($"{nameof(options.RequestTimeout)} is {options.RequestTimeout}; it must be positive"); }
        if (options.WatchTimeout < TimeSpan.FromSeconds(1)) { faults.Add($"{nameof(options.WatchTimeout)} is {options.WatchTimeout}; it must be a second or more"); }
        if (options.MaxRetries < 0) { faults.Add($"{nameof(options.MaxRetries)} is {options.MaxRetries}; it must not be negative"); }
        if (options.Connection is not null && (options.KubeConfig is not null || options.Context is not null))
        {
            faults.Add($"{nameof(options.Connection)} is given beside {nameof(options.KubeConfig)} or {nameof(options.Context)}; give one");
        }

        if (options.KubeConfig is { } path && !File.Exists(path)) { faults.Add($"{nameof(options.KubeConfig)} names {path}, which does not exist"); }
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
