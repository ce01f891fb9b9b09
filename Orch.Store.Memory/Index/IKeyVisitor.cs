namespace Orch.Store.Memory.Index;

/// <summary>Sees the keys of a range in order; a struct, so that the walk is compiled for it.</summary>
internal interface IKeyVisitor
{
    void Visit(KeyHistory history);
}
