using Microsoft.Extensions.Options;

namespace Orch.Store.Memory;

internal sealed class MemoryStoreOptionsValidator : IValidateOptions<MemoryStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, MemoryStoreOptions options)
    {
        var faults = new List<string>();
        if (options.DataDirectory is { } directory && string.IsNullOrWhiteSpace(directory))
        {
            faults.Add($"{nameof(MemoryStoreOptions.DataDirectory)} is blank; give a directory, or null to keep the data in memory only.");
        }

        if (options.MaxHistoryRevisions < 2)
        {
            faults.Add($"{nameof(MemoryStoreOptions.MaxHistoryRevisions)} is {options.MaxHistoryRevisions}; it must be at least 2.");
        }

        if (options.MaxHistoryBytes <= 0)
        {
            faults.Add($"{nameof(MemoryStoreOptions.MaxHistoryBytes)} is {options.MaxHistoryBytes}; it must be more than 0.");
        }

        if (options.CheckpointBytes <= 0)
        {
            faults.Add($"{nameof(MemoryStoreOptions.CheckpointBytes)} is {options.CheckpointBytes}; it must be more than 0.");
        }

        if (options.MaxHistoryAge <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(MemoryStoreOptions.MaxHistoryAge)} is {options.MaxHistoryAge}; it must be more than zero.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
