using Microsoft.Extensions.Options;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>Reads the configuration at the start and lists every fault.</summary>
internal sealed class EncryptionOptionsValidator(IEnumerable<IKeyManagement> keyManagement, IEnumerable<IKeyManagementConnector> connectors) : IValidateOptions<EncryptionOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, EncryptionOptions options)
    {
        var faults = new List<string>();
        EncryptionConfiguration.Read(options, [.. keyManagement.Select(static item => item.Name)], faults, [.. connectors]);
        if (options.ReloadInterval < TimeSpan.Zero) { faults.Add($"{EncryptionOptions.Section}:{nameof(options.ReloadInterval)} is {options.ReloadInterval}; give zero for never, or a time."); }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
