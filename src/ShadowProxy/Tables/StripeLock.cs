using System.Runtime.CompilerServices;

namespace ShadowProxy.Tables;

/// <summary>
/// A lock in one word of the object that it guards: it brings no cache line of its own, and while nobody waits it is one interlocked
/// operation. A thread that holds it may enter again. Who waits spins, then yields: it is held for microseconds, and never while anything is
/// waited for. Mutable; not to be copied.
/// </summary>
internal struct StripeLock
{
    private int _owner;
    private int _depth;

    /// <summary>Takes it, as soon as no other thread holds it.</summary>
    public void Enter()
    {
        var thread = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _owner, thread, 0) != 0)
            EnterAgainOrWait(thread);
    }

    /// <summary>Gives it back, once for each time that it was taken.</summary>
    public void Exit()
    {
        if (_depth > 0)
            _depth--;
        else
            Volatile.Write(ref _owner, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterAgainOrWait(int thread)
    {
        if (Volatile.Read(ref _owner) == thread)
        {
            _depth++;
            return;
        }

        var spin = new SpinWait();
        do
            spin.SpinOnce();
        while (Volatile.Read(ref _owner) != 0 || Interlocked.CompareExchange(ref _owner, thread, 0) != 0);
    }
}
