namespace ShadowProxy.Lab.Load;

/// <summary>A request that is to be sent.</summary>
/// <param name="At">When, from the start of the load.</param>
/// <param name="Session">Whose it is, from 0.</param>
/// <param name="Path">Its path.</param>
/// <param name="BodySize">Bytes of its body; 0 makes it a GET, anything else a POST.</param>
public readonly record struct LoadArrival(TimeSpan At, int Session, string Path, int BodySize)
{
    /// <summary>True for a POST.</summary>
    public bool IsPost => BodySize > 0;
}
