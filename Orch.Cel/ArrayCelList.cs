namespace Orch.Cel;

/// <summary>A list in an array, or in its first part.</summary>
internal sealed class ArrayCelList(CelValue[] items, int count) : CelList
{
    public override int Count => count;

    public override CelValue this[int index] => items[index];
}
