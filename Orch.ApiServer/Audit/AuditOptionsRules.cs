using Orch.ApiServer.Configuration;

namespace Orch.ApiServer.Audit;

/// <summary>What is wrong with the audit options, its files included.</summary>
internal static class AuditOptionsRules
{
    /// <summary>Each fault begins with the option's name.</summary>
    public static IEnumerable<string> FaultsOf(AuditOptions options)
    {
        if (options.PolicyFile is { } policy && Fault(() => AuditPolicy.Load(policy)) is { } first) { yield return $"{nameof(options.PolicyFile)} {first}"; }
        if (options is { PolicyFile: not null, LogPath: null, WebhookConfigurationFile: null })
        {
            yield return $"{nameof(options.PolicyFile)} \"{options.PolicyFile}\" records nothing without {nameof(options.LogPath)} or {nameof(options.WebhookConfigurationFile)}; set one of them";
        }

        if (options.WebhookConfigurationFile is { } file && Fault(() => WebhookConnection.Load(file, TimeSpan.FromSeconds(1)).Dispose()) is { } second) { yield return $"{nameof(options.WebhookConfigurationFile)} {second}"; }
        if (options.LogMaxSizeMegabytes < 0) { yield return $"{nameof(options.LogMaxSizeMegabytes)} \"{options.LogMaxSizeMegabytes}\" must be positive, or 0 for no limit"; }
        if (options.LogMaxBackups < 0) { yield return $"{nameof(options.LogMaxBackups)} \"{options.LogMaxBackups}\" must be positive, or 0 for all"; }
        if (options.LogMaxAge < TimeSpan.Zero) { yield return $"{nameof(options.LogMaxAge)} \"{options.LogMaxAge}\" must be positive, or zero for ever"; }
        if (options.WebhookBufferSize < 1) { yield return $"{nameof(options.WebhookBufferSize)} \"{options.WebhookBufferSize}\" must be at least 1"; }
        if (options.WebhookBatchSize < 1 || options.WebhookBatchSize > options.WebhookBufferSize) { yield return $"{nameof(options.WebhookBatchSize)} \"{options.WebhookBatchSize}\" must be 1 to {nameof(options.WebhookBufferSize)}"; }
        if (options.LogMaxEventBytes < 0) { yield return $"{nameof(options.LogMaxEventBytes)} \"{options.LogMaxEventBytes}\" must be positive, or 0 for no limit"; }
        if (options.WebhookMaxEventBytes < 0) { yield return $"{nameof(options.WebhookMaxEventBytes)} \"{options.WebhookMaxEventBytes}\" must be positive, or 0 for no limit"; }
        if (options.WebhookMaxBatchBytes < 0) { yield return $"{nameof(options.WebhookMaxBatchBytes)} \"{options.WebhookMaxBatchBytes}\" must be positive, or 0 for no limit"; }
        if (!double.IsFinite(options.WebhookBatchesPerSecond) || options.WebhookBatchesPerSecond < 0) { yield return $"{nameof(options.WebhookBatchesPerSecond)} \"{options.WebhookBatchesPerSecond}\" must be positive, or 0 for no limit"; }
        if (options.WebhookBurst < 1) { yield return $"{nameof(options.WebhookBurst)} \"{options.WebhookBurst}\" must be at least 1"; }
        if (options.WebhookBatchWait <= TimeSpan.Zero) { yield return $"{nameof(options.WebhookBatchWait)} \"{options.WebhookBatchWait}\" must be positive"; }
        if (options.WebhookInitialBackoff <= TimeSpan.Zero) { yield return $"{nameof(options.WebhookInitialBackoff)} \"{options.WebhookInitialBackoff}\" must be positive"; }
    }

    private static string? Fault(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (FormatException unusable)
        {
            return $"is not usable: {unusable.Message}";
        }
    }
}
