using Orch.Storage;

namespace Orch.Store.Memory.Index;

/// <summary>Collects a range at one revision.</summary>
internal struct RangeVisitor(RangeRequest request, long revision) : IKeyVisitor
{
    private readonly List<StoreEntry> _entries = [];
    private readonly int _limit = request.CountOnly ? 0 : request.Limit <= 0 ? int.MaxValue : request.Limit;
    private readonly bool _keysOnly = request.KeysOnly;

    public long Count { get; private set; }

    public readonly IReadOnlyList<StoreEntry> Entries => _entries;

    public readonly bool IsCut => _entries.Count == _limit && Count > _limit;

    public void Visit(KeyHistory history)
    {
        if (history.At(revision) is not { } entry)
        {
            return;
        }

        Count++;
        if (_entries.Count < _limit)
        {
            _entries.Add(_keysOnly ? entry with { Value = default } : entry);
        }
    }
}
